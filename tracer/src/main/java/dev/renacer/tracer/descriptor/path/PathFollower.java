// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor.path;

import java.util.Optional;

/** Says where paths led. */
@FunctionalInterface
public interface PathFollower {
    /**
     * Where a path led; empty if that cannot be said.
     *
     * @param path        absolute
     * @param pid         of the process that opened it
     * @param beganNanos  when the call began, nanoseconds since the epoch
     * @param endNanos    when it had returned
     */
    Optional<RealPaths.Real> find(String path, int pid, long beganNanos, long endNanos);
}
