// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A container that is meant and not traced.
 *
 * @param nodeName  absent while the pod is on none
 * @param message   why, in words a user can act on
 */
public record Skip(
        Reason reason,
        String podName,
        String containerName,
        @Nullable String nodeName,
        String message) {}
