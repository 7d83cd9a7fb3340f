// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceStatus.CallInFlight;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.stuck.call.CallsInFlight;
import dev.renacer.tracer.syscall.Syscall;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of a container that have not returned, as its status tells them: what spans would say of them, and no more. */
final class OpenCalls {
    private static final Logger LOG = LoggerFactory.getLogger(OpenCalls.class);
    /** What is over sooner, a span tells sooner. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    private static final int MOST = 5;

    private final Predicate<Syscall> told;
    private final Redactor redactor;
    private final ArgumentDetail detail;
    private final IntFunction<Optional<Boolean>> isMember;

    /**
     * @param calls     which are traced; others are not told
     * @param redactor  takes the secrets out
     * @param isMember  whether a process belongs to the container; empty if it is gone
     */
    OpenCalls(Profile profile, SyscallFilter calls, Redactor redactor, IntFunction<Optional<Boolean>> isMember)
            throws RefusedException {
        this.told = calls::selects;
        this.redactor = redactor;
        this.detail = detail(profile);
        this.isMember = isMember;
    }

    /**
     * That of spans; none where a policy wants none in a status, or where what spans say goes by paths and peers, which are
     * not looked at here.
     */
    private static ArgumentDetail detail(Profile profile) throws RefusedException {
        boolean bare = Profile.NAMES_OF_CALLS.equals(profile.callsInFlight())
                || !WatchedCalls.subjects(profile).isAny();
        return bare ? ArgumentDetail.NONE : WatchedCalls.arguments(profile);
    }

    /** The longest, by their names. */
    List<CallInFlight> of(Collection<Integer> pids) {
        Instant now = Instant.now();
        try (CallsInFlight calls = new CallsInFlight(told, redactor, detail)) {
            return calls.longest(pids, LEAST, MOST).stream()
                    .filter(call ->
                            isMember.apply(call.pid()).orElse(false)) // its number may be somebody else's by now
                    .map(call -> told(call, now))
                    .toList();
        } catch (CaptureException e) {
            LOG.warn("the calls in flight cannot be read: {}", e.getMessage());
            return List.of();
        }
    }

    /** The time of its beginning does not change from report to report, as its age would. */
    private static CallInFlight told(CallsInFlight.InFlight call, Instant now) {
        return new CallInFlight(
                call.call(),
                now.minusNanos(call.nanos()).truncatedTo(ChronoUnit.SECONDS).toString(),
                call.threads(),
                call.tid(),
                call.name().isEmpty() ? null : ByteText.shown(call.name()));
    }
}
