// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the installation rules of namespaces, whatever the policies say.
 *
 * @param requireNamespaceLabel  whether only namespaces with {@link Renacer#NAMESPACE_LABEL} are traced
 * @param ownNamespace           the operator's own namespace, which is never traced; empty outside a cluster
 */
public record Rules(boolean requireNamespaceLabel, Optional<String> ownNamespace) {
    /** Where nothing is configured: every namespace but the system's is open. */
    public static final Rules OPEN = new Rules(false, Optional.empty());

    private static final String KUBE_SYSTEM = "kube-system";
    private static final Set<String> NEVER = Set.of("kube-public", "kube-node-lease");

    /** Why nothing of this namespace is traced, if so. */
    Optional<Acceptance.Refused> refusal(String namespace, Map<String, String> labels, EffectivePolicy policy) {
        if (ownNamespace.filter(namespace::equals).isPresent()) {
            return never("Namespace " + namespace + " is Renacer's own and is never traced");
        }
        if (NEVER.contains(namespace)) {
            return never("Namespace " + namespace + " belongs to the control plane and is never traced");
        }
        if (namespace.equals(KUBE_SYSTEM) && !policy.allowsKubeSystem()) {
            return never("Namespace " + KUBE_SYSTEM + " is traced only where a TracePolicy whose namespaceSelector"
                    + " selects it says allowKubeSystem: true");
        }
        if (requireNamespaceLabel && !Renacer.TRACING_ENABLED.equals(labels.get(Renacer.NAMESPACE_LABEL))) {
            return Optional.of(new Acceptance.Refused(
                    Reason.DeniedByNamespace,
                    "Namespace " + namespace
                            + " is not open for tracing; an admin opens it with: kubectl label namespace " + namespace
                            + " " + Renacer.NAMESPACE_LABEL + "=" + Renacer.TRACING_ENABLED));
        }
        return Optional.empty();
    }

    private static Optional<Acceptance.Refused> never(String message) {
        return Optional.of(new Acceptance.Refused(Reason.NeverTraced, message));
    }
}
