// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.CaptureStats;
import dev.renacer.capture.Placements;
import dev.renacer.capture.affinity.ColocationObstacle;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.crds.CallFates;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTraceStatus.CallInFlight;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.nodeagent.refusal.PolicyRedaction;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.ReadyTracing;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.export.OtlpPipeline;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.metric.CallMetrics;
import dev.renacer.tracer.metric.ExemplarSink;
import dev.renacer.tracer.metric.MeasuredCalls;
import dev.renacer.tracer.metric.OtlpMetrics;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.source.SourceCounts;
import dev.renacer.tracer.span.SpanAssembler;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link ContainerTrace} that uses the capture engine: its calls become spans of the container's own Resource. */
final class PtraceContainerTrace implements ContainerTrace {
    private static final Logger LOG = LoggerFactory.getLogger(PtraceContainerTrace.class);

    private final String name;
    private final SpanSink sink;
    private final SpanAssembler assembler;
    /** What knows of how many descriptors it cannot be told whether they are what calls are chosen by. */
    private final LongSupplier failedLookups;

    private final TracedProcesses processes;
    private final ExecGate execs;
    private final IntFunction<Optional<Boolean>> isMember;
    private final LongConsumer onAttach;
    private final OpenCalls openCalls;
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
            TracedProcesses processes,
            ExecGate execs,
            IntFunction<Optional<Boolean>> isMember,
            LongConsumer onAttach,
            OpenCalls openCalls,
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
        this.openCalls = openCalls;
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
        OtlpPipeline pipeline = parameters.sink().pipeline();
        SpanSink sink = new ExemplarSink(pipeline.target(name), metrics);
        Resource resource = SpanResource.of(parameters.target(), node.name());
        Redactor redactor = PolicyRedaction.of(parameters.profile());
        Descriptors descriptors = new Descriptors(Inheritance.NONE, redactor);
        SpanAssembler assembler = new SpanAssembler(
                resource,
                ProfileOptions.traceParent(parameters.profile()),
                sink,
                ProfileOptions.spans(parameters.profile(), calls),
                descriptors,
                redactor);
        TracedProcesses processes = new TracedProcesses(onEnd);
        CallSites sites = ProfileOptions.sites(parameters.profile());
        CaptureOptions options = ProfileOptions.capture(node, calls, parameters.profile(), left);
        IntFunction<Optional<Boolean>> isMember =
                pid -> node.finder().belongs(pid, ContainerCgroup.of(parameters.target()));
        OpenCalls openCalls = new OpenCalls(parameters.profile(), calls.filter(), redactor, isMember);
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
        AtomicReference<OtlpPipeline.Measurement> measurement = new AtomicReference<>(() -> {});
        PtraceContainerTrace trace = new PtraceContainerTrace(
                name,
                sink,
                assembler,
                WatchedCalls.subjects(parameters.profile()).isAny() ? () -> 0 : descriptors::unknownLookups,
                processes,
                execs,
                isMember,
                node.onAttach(),
                openCalls,
                tracing,
                ProfileOptions.ringBytes(options),
                node.colocationObstacle(),
                () -> {
                    node.measured().end(metrics);
                    Objects.requireNonNull(measurement.get()).close();
                });
        OtlpMetrics points = new OtlpMetrics(resource, epochNanos());
        measurement.set(pipeline.measure(() -> points.of(metrics.series(), trace.callFates(), epochNanos())));
        return trace;
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
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
        return processes.contains(pid);
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
        return processes.detachReason();
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
                fates(stats),
                contexts(assembler.unsampledCalls(), stats.contexts(), tracing::missing));
    }

    /** What is missing of the application's own traces. */
    static ContextCounts contexts(long unsampled, CaptureStats.Contexts published, ToLongFunction<RequestGap> missing) {
        return new ContextCounts(
                unsampled,
                published.unreadable(),
                published.unresolved(),
                missing.applyAsLong(RequestGap.ENCRYPTED),
                missing.applyAsLong(RequestGap.UNFOLLOWED),
                missing.applyAsLong(RequestGap.DUPLICATED),
                missing.applyAsLong(RequestGap.EXCESS),
                missing.applyAsLong(RequestGap.UNWATCHED),
                missing.applyAsLong(RequestGap.UNNAMED),
                missing.applyAsLong(RequestGap.FIRST),
                missing.applyAsLong(RequestGap.HANDED_OVER),
                missing.applyAsLong(RequestGap.MULTIPLEXED));
    }

    private Map<String, Long> callFates() {
        CallFates fates = fates(last.orElseGet(tracing::stats));
        return OtlpMetrics.fates(fates.exported(), fates.folded(), fates.sampled(), fates.lost());
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
    public List<CallInFlight> callsInFlight() {
        return last.isPresent() ? List.of() : openCalls.of(processes.living());
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
        String missing = RequestGap.words(tracing::missing);
        if (!missing.isEmpty()) {
            LOG.info(
                    "{}: for which request calls are made is not known where there were {}; their spans stay under their"
                            + " processes unless the application publishes more",
                    name,
                    missing);
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
}
