// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.OnExceeded;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.source.SourceLines;
import dev.renacer.tracer.source.UnwoundCallSites;
import dev.renacer.tracer.span.SpanOptions;
import dev.renacer.tracer.span.TraceParent;
import dev.renacer.tracer.span.parent.ParentOptions;
import dev.renacer.tracer.span.slice.ParentSource;
import dev.renacer.tracer.span.volume.Volume;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;

/** How a container is traced by the profile of its request. */
final class ProfileOptions {
    /**
     * Slots of a ring: 1 MiB of events, a tenth of a second at 80,000 calls a second; a page takes memory only once it
     * is used.
     */
    private static final int RING_EVENTS = 8192;

    /** Size of an event in a ring (event.h). */
    private static final int EVENT_BYTES = 128;

    private static final int SIDE_BYTES = 1 << 20;
    /**
     * The same with copies of stacks: some 500 of them, so that most of a busy thread's calls keep theirs while a new
     * stack is unwound. A call that finds no room there becomes a span nevertheless.
     */
    private static final int SIDE_BYTES_WITH_STACKS = 1 << 22;

    /** PATH_MAX of linux/limits.h: no path is cut. */
    private static final int STRING_LIMIT = 4096;

    /** Bytes of what a call reads or writes, as strace shows by default. */
    private static final int BUFFER_LIMIT = 32;

    /** The engine detaches from every process when this process's Java side has stalled for this long. */
    static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(5);

    private ProfileOptions() {}

    /** How a container of this profile is traced. */
    static CaptureOptions capture(PtraceTraceOpener.Node node, WatchedCalls calls, Profile profile, Duration left) {
        CaptureOptions plain = new CaptureOptions(
                        calls.plan(),
                        RingPolicy.DROP,
                        RING_EVENTS,
                        SIDE_BYTES,
                        STRING_LIMIT,
                        true,
                        Optional.of(left),
                        Optional.of(HEARTBEAT_TIMEOUT))
                .withMaxSlowdown(maxSlowdown(profile), onExceeded(profile))
                .withThreadTimes();
        CaptureOptions read =
                WatchedCalls.arguments(profile) == ArgumentDetail.FULL ? plain.withBuffers(BUFFER_LIMIT) : plain;
        CaptureOptions options = isLocated(profile) ? SourceLines.copied(read, SIDE_BYTES_WITH_STACKS) : read;
        boolean colocated = node.colocationObstacle().isEmpty() && Boolean.TRUE.equals(profile.colocate());
        return colocated ? options.colocatedAsPermitted() : options;
    }

    private static boolean isLocated(Profile profile) {
        return Boolean.TRUE.equals(profile.sourceLocations());
    }

    /** Nothing is started before there is a call to locate. */
    static CallSites sites(Profile profile) throws RefusedException {
        if (!isLocated(profile)) {
            return CallSites.NONE;
        }
        return new UnwoundCallSites(SourceLines.program()
                .orElseThrow(() -> new RefusedException(
                        Reason.SourceLocationsUnavailable,
                        "spec.sourceLocations: the agent has no renacer-symbolize, which unwinds stacks")));
    }

    private static OptionalInt maxSlowdown(Profile profile) {
        Integer percent = profile.maxSlowdownPercent();
        return percent == null ? OptionalInt.empty() : OptionalInt.of(percent);
    }

    private static OnExceeded onExceeded(Profile profile) {
        return Profile.DUTY_CYCLE.equals(profile.onExceeded()) ? OnExceeded.DUTY_CYCLE : OnExceeded.DETACH;
    }

    /** What becomes of its calls. */
    static SpanOptions spans(Profile profile, WatchedCalls calls) throws RefusedException {
        return SpanOptions.defaults()
                .withMaxSpansPerSecond(profile.maxSpansPerSecond())
                .withArguments(WatchedCalls.arguments(profile))
                .withSubjects(WatchedCalls.subjects(profile))
                .withParents(new ParentOptions(
                        ParentSource.OPTION, TraceRequestSpec.KEEP_UNSAMPLED.equals(profile.unsampled()), false))
                .withSampling(SampledCalls.of(profile))
                .withVolume(Profile.READABLE.equals(profile.volume()) ? Volume.READABLE : Volume.ALL)
                .withNamedCalls(calls.filter()::names)
                .withOnlyErrors(Boolean.TRUE.equals(profile.onlyErrors()))
                .withErrorStatus(
                        Profile.ALL_ERRORS.equals(profile.errorStatus())
                                ? SpanOptions.ErrorStatus.ALL
                                : SpanOptions.ErrorStatus.REAL_FAILURES)
                .withMinDuration(Optional.ofNullable(profile.minDurationMicros())
                        .map(micros -> Duration.of(micros, ChronoUnit.MICROS))
                        .orElse(Duration.ZERO));
    }

    /** The span that the profile's trace continues; one that is none would put the spans where nobody looks for them. */
    static Optional<SpanContext> traceParent(Profile profile) throws RefusedException {
        try {
            return Optional.ofNullable(profile.traceParent()).map(given -> TraceParent.parse(given, Optional.empty()));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.InvalidSpec, "spec.traceParent: " + LogText.of(e));
        }
    }

    /** What the ring of a trace with these options takes, in bytes. */
    static long ringBytes(CaptureOptions options) {
        return (long) RING_EVENTS * EVENT_BYTES + options.sideBytes();
    }
}
