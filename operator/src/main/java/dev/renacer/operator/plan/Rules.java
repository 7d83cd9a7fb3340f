// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import java.util.Optional;

/**
 * What the installation rules of namespaces, whatever the policies say.
 *
 * @param requireNamespaceLabel  whether only namespaces with {@link dev.renacer.crds.Renacer#NAMESPACE_LABEL} are traced
 * @param ownNamespace           the operator's own namespace, which is never traced; empty outside a cluster
 */
public record Rules(boolean requireNamespaceLabel, Optional<String> ownNamespace) {
    /** Where nothing is configured: every namespace but the system's is open. */
    public static final Rules OPEN = new Rules(false, Optional.empty());
}
