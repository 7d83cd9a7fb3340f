// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.CaptureStats;
import dev.renacer.capture.OnExceeded;
import dev.renacer.capture.Placements;
import dev.renacer.capture.affinity.ColocationObstacle;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.crds.CallFates;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.nodeagent.refusal.PolicyRedaction;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.ReadyTracing;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.metric.CallMetrics;
import dev.renacer.tracer.metric.ExemplarSink;
import dev.renacer.tracer.metric.MeasuredCalls;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.source.SourceCounts;
import dev.renacer.tracer.source.SourceLines;
import dev.renacer.tracer.source.UnwoundCallSites;
import dev.renacer.tracer.span.SpanAssembler;
import dev.renacer.tracer.span.SpanOptions;
import dev.renacer.tracer.span.volume.Volume;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link ContainerTrace} that uses the capture engine: its calls become spans of the container's own Resource. */
final class PtraceContainerTrace implements ContainerTrace {
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

    private static final Logger LOG = LoggerFactory.getLogger(PtraceContainerTrace.class);

    private final String name;
    private final SpanSink sink;
    private final SpanAssembler assembler;
    /** What knows of how many descriptors it cannot be told whether they are what calls are chosen by. */
    private final LongSupplier failedLookups;

    private final Processes processes;
    private final ExecGate execs;
    private final IntFunction<Optional<Boolean>> isMember;
    private final LongConsumer onAttach;
    private final Tracing tracing;
    private final long ringBytes;
    /** Why this node moves no threads, or that this container's threads must not be moved. */
    private final Optional<String> colocationObstacle;

    private final Runnable onClose;

    private volatile Optional<CaptureStats> last = Optional.empty();
    private volatile boolean givenUp;

    private PtraceContainerTrace(
            String name,
            SpanSink sink,
            SpanAssembler assembler,
            LongSupplier failedLookups,
            Processes processes,
            ExecGate execs,
            IntFunction<Optional<Boolean>> isMember,
            LongConsumer onAttach,
            Tracing tracing,
            long ringBytes,
            Optional<String> colocationObstacle,
            Runnable onClose) {
        this.name = name;
        this.sink = sink;
        this.assembler = assembler;
        this.failedLookups = failedLookups;
        this.processes = processes;
        this.execs = execs;
        this.isMember = isMember;
        this.onAttach = onAttach;
        this.tracing = tracing;
        this.ringBytes = ringBytes;
        this.colocationObstacle = colocationObstacle;
        this.onClose = onClose;
    }

    /** The source of sessions that begin a trace. */
    interface ReadyTraces {
        /** A session with these options. */
        ReadyTracing with(CaptureOptions options) throws CaptureException;
    }

    /** Opens a trace; see {@link Opener#open}. */
    static PtraceContainerTrace open(
            PtraceTraceOpener.Node node,
            WatchedCalls calls,
            Parameters parameters,
            Duration left,
            ReadyTraces ready,
            Runnable onEnd)
            throws CaptureException, RefusedException {
        CallMetrics metrics = node.measured().begin(parameters.target());
        boolean opened = false;
        try {
            PtraceContainerTrace trace = open(node, calls, parameters, left, ready, metrics, onEnd);
            opened = true;
            return trace;
        } finally {
            if (!opened) {
                node.measured().end(metrics);
            }
        }
    }

    private static PtraceContainerTrace open(
            PtraceTraceOpener.Node node,
            WatchedCalls calls,
            Parameters parameters,
            Duration left,
            ReadyTraces ready,
            CallMetrics metrics,
            Runnable onEnd)
            throws CaptureException, RefusedException {
        String name = parameters.target().podName() + "/" + parameters.target().containerName();
        SpanSink sink = new ExemplarSink(parameters.sink().pipeline().target(name), metrics);
        Redactor redactor = PolicyRedaction.of(parameters.profile());
        Descriptors descriptors = new Descriptors(Inheritance.NONE, redactor);
        SpanAssembler assembler = new SpanAssembler(
                SpanResource.of(parameters.target(), node.name()),
                Optional.empty(),
                sink,
                spans(parameters.profile(), calls),
                descriptors,
                redactor);
        Processes processes = new Processes(onEnd);
        CallSites sites = sites(parameters.profile());
        CaptureOptions options = options(node, calls, parameters.profile(), left);
        IntFunction<Optional<Boolean>> isMember =
                pid -> node.finder().belongs(pid, ContainerCgroup.of(parameters.target()));
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        MembershipGate gate = new MembershipGate(
                name, isMember, () -> Objects.requireNonNull(stop.get()).run(), new MeasuredCalls(metrics, assembler));
        ExecGate execs = new ExecGate(gate);
        // Last: its onEnd means that the assembler has closed its traces.
        Tracing tracing = tracing(
                name,
                ready,
                options,
                WatchedCalls.arguments(parameters.profile()) == ArgumentDetail.NONE
                        ? List.of(execs, processes)
                        : List.of(descriptors, execs, processes), // in front of the assembler, which asks them
                sites,
                redactor);
        stop.set(tracing::stop);
        long ringBytes = (long) RING_EVENTS * EVENT_BYTES + options.sideBytes();
        return new PtraceContainerTrace(
                name,
                sink,
                assembler,
                WatchedCalls.subjects(parameters.profile()).isAny() ? () -> 0 : descriptors::unknownLookups,
                processes,
                execs,
                isMember,
                node.onAttach(),
                tracing,
                ringBytes,
                node.colocationObstacle(),
                () -> node.measured().end(metrics));
    }

    /** How a container of this profile is traced. */
    static CaptureOptions options(PtraceTraceOpener.Node node, WatchedCalls calls, Profile profile, Duration left) {
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
    private static CallSites sites(Profile profile) throws RefusedException {
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

    private static SpanOptions spans(Profile profile, WatchedCalls calls) throws RefusedException {
        return SpanOptions.defaults()
                .withMaxSpansPerSecond(profile.maxSpansPerSecond())
                .withArguments(WatchedCalls.arguments(profile))
                .withSubjects(WatchedCalls.subjects(profile))
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

    /** An engine that cannot be loaded says nothing about the container. */
    private static Tracing tracing(
            String name,
            ReadyTraces ready,
            CaptureOptions options,
            List<TraceListener> listeners,
            CallSites sites,
            Redactor redactor)
            throws CaptureException, RefusedException {
        try {
            return ready.with(options).begin(name, listeners, sites, redactor);
        } catch (CaptureException e) {
            if (e.reason() == CaptureException.Reason.UNSUPPORTED) {
                throw new RefusedException(Reason.InternalError, LogText.of(e));
            }
            throw e;
        }
    }

    @Override
    public boolean traces(int pid) {
        return processes.living.contains(pid);
    }

    @Override
    public void attachBeforeExec(int pid) throws CaptureException {
        execs.expect(pid);
        try {
            attach(pid, tracing::attachNew);
        } catch (CaptureException e) {
            execs.forget(pid);
            throw e;
        }
    }

    @Override
    public void attach(int pid) throws CaptureException {
        attach(pid, tracing::attach);
    }

    private interface Attach {
        void to(int pid) throws CaptureException;
    }

    private void attach(int pid, Attach attach) throws CaptureException {
        if (!isMember.apply(pid).orElse(false)) {
            throw new CaptureException(
                    CaptureException.Reason.NO_SUCH_PROCESS, 0, "process " + pid + " has left the container");
        }
        long start = System.nanoTime();
        attach.to(pid);
        onAttach.accept(System.nanoTime() - start);
    }

    @Override
    public void stop() {
        tracing.stop();
    }

    @Override
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        return tracing.awaitEnd(timeout);
    }

    @Override
    public Optional<Throwable> failure() {
        return tracing.failure();
    }

    @Override
    public Optional<DetachReason> detachReason() {
        return processes.detachReason;
    }

    @Override
    public Figures figures() {
        CaptureStats stats = last.orElseGet(tracing::stats);
        SpanSink.Counts counts = sink.counts();
        // Nobody waits any more for the results that are still pending.
        long unsent = givenUp ? counts.pending() : 0;
        return new Figures(
                assembler.processesSeen(),
                stats.calls(),
                counts.exported(),
                counts.lost() + unsent + stats.dropped() + tracing.undelivered(),
                stats.slowdownPercent(),
                stats.workSlowdownPercent(),
                stats.worstSlowdownPercent(),
                stats.stopMicrosP99(),
                stats.unwatchedMillis(),
                stats.watchedMillis(),
                failedLookups.getAsLong(),
                fates(stats));
    }

    /** Events of the ring that were dropped are not all calls; each is counted as one. */
    private CallFates fates(CaptureStats stats) {
        SpanSink.CallFates sent = sink.fates();
        long unseen = stats.dropped() + tracing.undelivered();
        return new CallFates(
                assembler.callsMade() - assembler.callsUnseen() + unseen,
                sent.exported(),
                sent.folded(),
                assembler.callsSampled(),
                sent.lost() + (givenUp ? sent.pending() : 0) + unseen);
    }

    @Override
    public Placements placements() {
        return last.isPresent() ? Placements.NONE : tracing.placements();
    }

    @Override
    public long moves() {
        return last.orElseGet(tracing::stats).moved();
    }

    @Override
    public Optional<String> colocationObstacle() {
        return colocationObstacle.or(() -> placements().obstacle().map(PtraceContainerTrace::text));
    }

    @Override
    public Optional<String> lockHolderFailure() {
        return assembler.lockHolderFailure();
    }

    private static String text(ColocationObstacle obstacle) {
        return switch (obstacle) {
            case ONE_CPU -> "the agent may run on only one CPU, so thread and tracer share it anyway";
            case NO_COMMON_CPU ->
                "its threads may run on no CPU that the agent may run on: the kubelet's CPU manager gives it CPUs of"
                        + " its own";
            case REFUSED -> "the kernel refuses to move its threads: the agent lacks CAP_SYS_NICE over them";
            case NO_TIMER -> "no timer is available on this node; the agent's log says more";
        };
    }

    @Override
    public Losses losses() {
        SpanSink.Counts counts = sink.counts();
        return new Losses(
                last.orElseGet(tracing::stats).dropped(),
                counts.droppedByRate(),
                counts.droppedByQueue(),
                counts.failed() + (givenUp ? counts.pending() : 0),
                tracing.undelivered());
    }

    @Override
    public long ringBytes() {
        return last.isPresent() ? 0 : ringBytes;
    }

    @Override
    public void giveUpUnsent() {
        sink.giveUp();
        givenUp = true;
    }

    @Override
    public List<String> firstTraceIds() {
        return assembler.firstTraceIds();
    }

    @Override
    public void close() {
        // The session's own counters disappear with it.
        last = Optional.of(tracing.stats());
        tracing.close();
        onClose.run();
        tellContexts(last.get().contexts());
        SourceCounts sources = tracing.sourceCounts();
        if (sources.failed() > 0) {
            LOG.warn(
                    "{}: no source location for {} calls: reading the program's debug information failed"
                            + " (renacer-symbolize was started again {} times)",
                    name,
                    sources.failed(),
                    sources.restarts());
        }
    }

    /** What is missing of the application's own traces (OTEP 4947). */
    private void tellContexts(CaptureStats.Contexts contexts) {
        if (assembler.unsampledCalls() > 0) {
            LOG.info(
                    "{}: {} calls have no span: nobody records the traces they were made for",
                    name,
                    assembler.unsampledCalls());
        }
        if (tracing.encryptedConnections() > 0 || tracing.unfollowedConnections() > 0) {
            LOG.info(
                    "{}: requests could not be seen on {} served connections, which are encrypted, nor followed to the end on {}"
                            + " of HTTP; spans of calls stay under their processes unless the application publishes more",
                    name,
                    tracing.encryptedConnections(),
                    tracing.unfollowedConnections());
        }
        if (contexts.unreadable() > 0 || contexts.unresolved() > 0) {
            LOG.warn(
                    "{}: the application publishes for which spans its threads work, and that could not be read at {}"
                            + " calls nor found in {} programs; spans of calls stay under their processes",
                    name,
                    contexts.unreadable(),
                    contexts.unresolved());
        }
    }

    /** Which processes are traced now, as the trace itself reports. */
    private static final class Processes implements TraceListener {
        private final Set<Integer> living = ConcurrentHashMap.newKeySet();
        private final Runnable onEnd;
        private volatile Optional<DetachReason> detachReason = Optional.empty();

        Processes(Runnable onEnd) {
            this.onEnd = onEnd;
        }

        @Override
        public void onCall(SyscallCall call) {}

        @Override
        public void onEvent(TraceEvent event) {
            switch (event) {
                case TraceEvent.ProcessStarted started ->
                    living.add(started.process().pid());
                case TraceEvent.ProcessExited exited ->
                    living.remove(exited.process().pid());
                case TraceEvent.ProcessDetached detached -> {
                    living.remove(detached.process().pid());
                    detachReason = Optional.of(detached.reason());
                }
                case TraceEvent.ProgramExecuted _,
                        TraceEvent.SignalDelivered _,
                        TraceEvent.Stopped _,
                        TraceEvent.RestBegan _,
                        TraceEvent.RestEnded _,
                        TraceEvent.ThreadExited _,
                        TraceEvent.EventsLost _ -> {
                    // They do not change which processes are traced.
                }
            }
        }

        @Override
        public void onEnd() {
            living.clear();
            onEnd.run();
        }
    }
}
