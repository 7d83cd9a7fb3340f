// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.filter.FilterSyntaxException;
import dev.renacer.tracer.filter.SyscallFilter;
import java.util.List;
import java.util.Optional;

/**
 * The calls for which a container is traced. Created once for all containers of a profile: it takes some ms, and a
 * starting container must be attached to before it makes its first call.
 *
 * @param filter  the calls as the profile names them
 * @param plan    the same for the engine
 */
record WatchedCalls(SyscallFilter filter, CapturePlan plan) {
    /** Keeps the calls of the profile requested last. Thread-safe. */
    static final class Cache {
        private record Known(List<String> syscalls, WatchedCalls calls) {}

        private volatile Optional<Known> last = Optional.empty();

        /**
         * The calls of this profile.
         *
         * @throws RefusedException if it names a call that does not exist
         */
        WatchedCalls of(Profile profile) throws RefusedException {
            List<String> syscalls = Optional.ofNullable(profile.syscalls()).orElse(List.of());
            Optional<Known> known = last.filter(one -> one.syscalls().equals(syscalls));
            if (known.isPresent()) {
                return known.get().calls();
            }
            try {
                SyscallFilter filter = SyscallFilter.of(syscalls);
                WatchedCalls calls = new WatchedCalls(filter, filter.planWithConnections(ArgumentDetail.NAMES));
                last = Optional.of(new Known(syscalls, calls));
                return calls;
            } catch (FilterSyntaxException e) {
                throw new RefusedException(Reason.UnknownSyscall, "spec.syscalls: " + e.getMessage());
            }
        }
    }
}
