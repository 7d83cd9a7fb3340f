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
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.subject.PeerPattern;
import dev.renacer.tracer.subject.Subjects;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The calls for which a container is traced. Created once for all containers of a profile: it takes some ms, and a
 * starting container must be attached to before it makes its first call.
 *
 * @param filter  the calls as the profile names them
 * @param plan    the same for the engine
 */
record WatchedCalls(SyscallFilter filter, CapturePlan plan) {
    /** What the spans of this profile say of arguments; nothing if it does not say. */
    static ArgumentDetail arguments(Profile profile) {
        return switch (Objects.requireNonNullElse(profile.arguments(), "None")) {
            case "Names" -> ArgumentDetail.NAMES;
            case "Full" -> ArgumentDetail.FULL;
            default -> ArgumentDetail.NONE;
        };
    }

    /**
     * What the calls of this profile must be about.
     *
     * @throws RefusedException if that cannot be understood or told: with spans of other calls, or of none, nobody would be
     *     served
     */
    static Subjects subjects(Profile profile) throws RefusedException {
        List<String> paths = Objects.requireNonNullElse(profile.paths(), List.of());
        List<String> peers = Objects.requireNonNullElse(profile.peers(), List.of());
        try {
            Subjects subjects = Subjects.written(paths, peers);
            if (!subjects.isAny() && arguments(profile) == ArgumentDetail.NONE) {
                throw new RefusedException(
                        Reason.InvalidSpec,
                        "spec.paths and spec.peers go by what spans say of arguments, and that is nothing here");
            }
            return subjects;
        } catch (PeerPattern.InvalidException e) {
            throw new RefusedException(Reason.InvalidSpec, "spec.paths and spec.peers: " + e.getMessage());
        }
    }

    private static Set<Following> following(ArgumentDetail detail) {
        return detail == ArgumentDetail.NONE
                ? EnumSet.of(Following.CONNECTIONS)
                : EnumSet.of(Following.CONNECTIONS, Following.DESCRIPTORS, Following.HEADS);
    }

    /** Keeps the calls of the profile requested last. Thread-safe. */
    static final class Cache {
        private record Known(List<String> syscalls, ArgumentDetail detail, WatchedCalls calls) {}

        private volatile Optional<Known> last = Optional.empty();

        /**
         * The calls of this profile.
         *
         * @throws RefusedException if it names a call that does not exist
         */
        WatchedCalls of(Profile profile) throws RefusedException {
            List<String> syscalls = Optional.ofNullable(profile.syscalls()).orElse(List.of());
            ArgumentDetail detail = arguments(profile);
            Optional<Known> known = last.filter(one -> one.syscalls().equals(syscalls) && one.detail() == detail);
            if (known.isPresent()) {
                return known.get().calls();
            }
            try {
                SyscallFilter filter = SyscallFilter.of(syscalls);
                WatchedCalls calls = new WatchedCalls(filter, filter.plan(detail, following(detail)));
                last = Optional.of(new Known(syscalls, detail, calls));
                return calls;
            } catch (FilterSyntaxException e) {
                throw new RefusedException(Reason.UnknownSyscall, "spec.syscalls: " + e.getMessage());
            }
        }
    }
}
