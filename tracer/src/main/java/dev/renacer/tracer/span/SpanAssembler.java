// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.export.CallSpan;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.span.PendingConnections.Held;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.attribute.TimeAttributes;
import dev.renacer.tracer.span.parent.CallParent;
import dev.renacer.tracer.span.parent.CallParents;
import dev.renacer.tracer.span.parent.ParentOptions;
import dev.renacer.tracer.span.slice.ParentSource;
import dev.renacer.tracer.span.slice.ProcessResources;
import dev.renacer.tracer.span.slice.ProcessTraces;
import dev.renacer.tracer.span.slice.Slice;
import dev.renacer.tracer.span.slice.SliceEnding;
import dev.renacer.tracer.span.slice.TraceLimits;
import dev.renacer.tracer.span.volume.CallCounts;
import dev.renacer.tracer.span.volume.CallSampler;
import dev.renacer.tracer.span.volume.FoldStatistics;
import dev.renacer.tracer.span.volume.FoldedCall;
import dev.renacer.tracer.span.volume.SpanBudget;
import dev.renacer.tracer.span.volume.TransferCalls;
import dev.renacer.tracer.span.volume.Volume;
import dev.renacer.tracer.span.wait.FutexWaits;
import dev.renacer.tracer.span.wait.LockWatch;
import dev.renacer.tracer.span.wait.ThreadNames;
import dev.renacer.tracer.syscall.IdleWaits;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.time.TimeAccounts;
import dev.renacer.tracer.time.TimeSums;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans from a target's events: a root {@code process: <name>} for each process and a child
 * {@code syscall: <name>} for each call. A connect that does not wait for its connection becomes a span once the
 * connection has ended ({@link PendingConnections}). Traces are kept small: {@link ProcessTraces} cuts a process's life
 * into slices, each with a root span of its own that is exported when the slice closes, while its calls are exported as
 * they return. Calls that the options leave out become no spans and count for no slice.
 *
 * <p>One instance per target. The listener methods belong to the session's consumer thread; the figures may be read by
 * any thread.
 */
public final class SpanAssembler implements TraceListener {
    private final SpanSink sink;
    private final SpanOptions options;
    private final ProcessTraces traces;
    private final LongSupplier epochNanos;
    private final IdGenerator ids = IdGenerator.random();
    private final CallStatus.Rule statusRule;
    private final long minDurationNanos;
    private final Predicate<SyscallCall> subjects;
    private final Optional<SpanBudget> budget;
    private final Optional<ReadableSpans> readable;
    private final SliceEvents events;
    private final CallDetails details;
    private final CallParents parents;
    private final CallSampler sampler;
    private final ThreadNames threads;
    private final LockWatch locks;
    private final TimeAccounts times;
    private final RequestTimes requests = new RequestTimes(this::worked);
    private final PendingConnections connections = new PendingConnections(this::ended);
    private final FutexWaits<CallDetail> futexes = new FutexWaits<>(this::woken);
    private final IdentityHashMap<Syscall, SyscallLabel> labels = new IdentityHashMap<>();
    /** Filled again and again, if the sink allows it. */
    private final SyscallSpan reused = new SyscallSpan();

    private long latestNanos;

    /** Written only by the consumer thread. */
    private volatile long spansMade;

    /** Likewise. */
    private volatile long callsMade;

    /** Likewise. */
    private volatile long callsUnseen;

    /** Likewise. */
    private volatile long callsSampled;

    /**
     * @param resource  the target; the very same instance goes with each span
     * @param parent    the span the first process's trace continues ({@link TraceParent}); empty: it begins traces of
     *     its own. If that span is not sampled, no process has a span, nor have calls without a context of their own, unless
     *     {@link ParentOptions#unsampled} asks for them
     * @param sink      takes the spans
     */
    public SpanAssembler(Resource resource, Optional<SpanContext> parent, SpanSink sink, SpanOptions options) {
        this(resource, parent, sink, options, new Descriptors(Inheritance.NONE), Redactor.known());
    }

    /**
     * As {@link #SpanAssembler(Resource, Optional, SpanSink, SpanOptions)}.
     *
     * @param descriptors  knows what descriptors are; a listener in front of this one
     * @param redactor     takes the secrets out of names of threads, which no call says
     */
    public SpanAssembler(
            Resource resource,
            Optional<SpanContext> parent,
            SpanSink sink,
            SpanOptions options,
            Descriptors descriptors,
            Redactor redactor) {
        this(
                resource,
                parent,
                sink,
                options,
                descriptors,
                new ThreadNames(redactor),
                options.arguments() == ArgumentDetail.NONE
                        ? LockWatch.blind()
                        : LockWatch.ofThisMachine(EpochClock::nanos),
                EpochClock::nanos);
    }

    /**
     * For a trace that was recorded: nothing of this machine is looked at. Who held the lock of a file is not known.
     *
     * @param threads     what threads were called
     * @param epochNanos  the time in the trace, nanoseconds since the epoch
     */
    public SpanAssembler(
            Resource resource,
            Optional<SpanContext> parent,
            SpanSink sink,
            SpanOptions options,
            Descriptors descriptors,
            ThreadNames threads,
            LongSupplier epochNanos) {
        this(resource, parent, sink, options, descriptors, threads, LockWatch.blind(), epochNanos);
    }

    SpanAssembler(
            Resource resource,
            Optional<SpanContext> parent,
            SpanSink sink,
            SpanOptions options,
            Descriptors descriptors,
            ThreadNames threads,
            LockWatch locks,
            LongSupplier epochNanos) {
        this.sink = sink;
        this.threads = threads;
        this.locks = locks;
        this.times = new TimeAccounts(descriptors, options.arguments() != ArgumentDetail.NONE);
        this.details = new CallDetails(options.arguments(), descriptors, threads, locks, times);
        this.parents = new CallParents(parent, options.parents().unsampled());
        this.sampler = new CallSampler(options.sampling());
        this.options = options;
        this.epochNanos = epochNanos;
        this.minDurationNanos = options.minDuration().toNanos();
        this.subjects = options.subjects().in(descriptors);
        this.budget = options.maxSpansPerSecond().isPresent()
                ? Optional.of(new SpanBudget(options.maxSpansPerSecond().getAsInt()))
                : Optional.empty();
        this.readable = options.volume() == Volume.READABLE
                ? Optional.of(new ReadableSpans(budget, new Folded()))
                : Optional.empty();
        this.statusRule = new CallStatus.Rule(options.errorStatus());
        this.traces = new ProcessTraces(
                new ProcessResources(resource, options.parents().named()),
                parent,
                options.parents().given(),
                new TraceLimits(options.maxSpansPerTrace(), options.maxTraceAge()),
                ids,
                this::closing,
                this::root);
        this.events = new SliceEvents(traces, options.formerSourceNames());
    }

    private void worked(Slice slice, CallParent parent, TimeSums spent) {
        offer(RequestTimeSpan.of(
                ids.generateSpanId(),
                slice.context(),
                parent,
                slice.process().latest().name(),
                spent));
    }

    private void closing(Slice slice) {
        requests.close(slice);
        readable.ifPresent(spans -> spans.close(slice));
        times.take(slice.process().latest().pid()).map(TimeAttributes::of).ifPresent(slice::spent);
    }

    private void root(SpanData root) {
        if (!parents.leavesOutProcesses()) {
            offer(root);
        }
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        times.onThreadTime(time);
    }

    @Override
    public void onRequestGap(TracedProcess process, RequestGap gap, long count) {
        traces.missing(process.pid(), gap, count);
    }

    @Override
    public void onCall(SyscallCall call) {
        notice(call.endNanos());
        times.onCall(call);
        connections.follow(call);
        if (!subjects.test(call)) { // what it is about is only known now
            executed(call);
            return;
        }
        boolean isHeld = PendingConnections.isUnderWay(call) && connections.hold(call, details.of(call));
        if (!isHeld) {
            returned(call, statusRule.of(call));
        }
    }

    private void returned(SyscallCall call, CallStatus status) {
        boolean detailed = options.arguments() != ArgumentDetail.NONE;
        executed(call);
        if (detailed && FutexWaits.isWake(call)) {
            futexes.woken(call, details.threadName(call));
        }
        CallDetail detail = detailed && FutexWaits.isWait(call) && selected(call, status) ? details.of(call) : null;
        if (detail == null) {
            span(call, call, status, Optional.empty());
        } else {
            futexes.hold(call, detail);
        }
    }

    /** The root has the arguments of the program, whether or not this call becomes a span. */
    private void executed(SyscallCall call) {
        if (options.arguments() == ArgumentDetail.FULL && details.isExec(call)) {
            traces.sliceFor(call.process(), call.startNanos(), call.endNanos())
                    .process()
                    .commandArguments(details.commandArguments(call));
        }
    }

    /** A wait that was held is over, and it is known by whom, or that it is not known. */
    private void woken(FutexWaits.Wait<CallDetail> wait, Optional<FutexWaits.Waker> waker) {
        SyscallCall call = wait.call();
        CallDetail detail = wait.with();
        if (waker.isPresent()) {
            int tid = waker.get().tid();
            String thread = waker.get().name().map(name -> name + " " + tid).orElseGet(() -> Integer.toString(tid));
            times.woken(call.process().pid(), thread, call.durationNanos());
            detail = detail.with(SpanAttributes.WAKER_TID, (long) waker.get().tid());
        }
        if (waker.isPresent() && waker.get().name().isPresent()) {
            detail = detail.with(SpanAttributes.WAKER_NAME, waker.get().name().get());
        }
        span(call, call, statusRule.of(call), Optional.of(new Held(call, detail)));
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        notice(call.endNanos());
        times.onUnaskedCall(call);
        connections.follow(call);
    }

    /**
     * Makes a span from a call, if that is wanted.
     *
     * @param ended  the same call; for a connect that did not wait, as if it had
     * @param held   that connect, or that wait for another thread, as it was held
     */
    private void span(SyscallCall call, SyscallCall ended, CallStatus status, Optional<Held> held) {
        if (!selected(ended, status)) {
            return;
        }
        Slice slice = traces.sliceFor(call.process(), call.startNanos(), ended.endNanos());
        slice.cover(call.startNanos(), ended.endNanos());
        countMade(slice);
        CallParent parent = parents.of(call, slice);
        if (parent.pid() != null && !parents.isUnrecorded(call)) {
            requests.add(slice, parent, times.spent(call.process().pid(), call.tid()));
        } else {
            times.passOn(call.process().pid(), call.tid());
        }
        TraceState state = parents.leavesOut(call)
                ? null
                : sampler.keeps(ended, status.isFailure(), parent.span(), parent.source() == ParentSource.PROCESS);
        if (state == null) {
            countSampled(slice);
        } else if (readable.isPresent()) {
            readable(readable.get(), slice, call, ended, status, state, held);
        } else if (budget.isPresent() && !budget.get().admits(ended, status.isFailure())) {
            overBudget(slice);
        } else {
            offer(slice, briefly(slice, call, ended, status, state, held));
            traces.countSpan(slice, ended.endNanos());
        }
    }

    private void readable(
            ReadableSpans spans,
            Slice slice,
            SyscallCall call,
            SyscallCall ended,
            CallStatus status,
            TraceState state,
            Optional<Held> held) {
        Optional<ReadableSpans.Kind> kind = spans.kind(slice, ended, status, parents.of(call, slice), state);
        if (spans.admits(slice, kind, ended, status)) {
            offer(slice, briefly(slice, call, ended, status, state, held));
            traces.countSpan(slice, ended.endNanos());
        } else if (kind.isEmpty()) {
            overBudget(slice);
        } else {
            FoldedCall folded = new FoldedCall(
                    call.startNanos(),
                    ended.endNanos(),
                    TransferCalls.contains(call.syscall().name()) ? TransferCalls.bytes(call) : 0,
                    details.file(call));
            if (spans.fold(slice, kind.get(), folded, () -> made(slice, call, ended, status, state, held))) {
                traces.countSpan(slice, ended.endNanos());
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the consumer thread writes
    private void countMade(Slice slice) {
        callsMade++;
        slice.calls().countMade(1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the consumer thread writes
    private void countSampled(Slice slice) {
        callsSampled++;
        slice.calls().countSampled(1);
    }

    private void overBudget(Slice slice) {
        slice.calls().countLost(1);
        sink.overBudget();
    }

    private SyscallSpan made(
            Slice slice,
            SyscallCall call,
            SyscallCall ended,
            CallStatus status,
            TraceState state,
            Optional<Held> held) {
        return filled(
                new SyscallSpan(),
                slice,
                call,
                ended,
                status,
                state,
                held.isPresent() ? held.get().detail() : details.of(call));
    }

    /** The same, to be offered at once and not used afterwards. */
    private SyscallSpan briefly(
            Slice slice,
            SyscallCall call,
            SyscallCall ended,
            CallStatus status,
            TraceState state,
            Optional<Held> held) {
        if (sink.keepsSpans()) {
            return made(slice, call, ended, status, state, held);
        }
        return filled(
                reused,
                slice,
                call,
                ended,
                status,
                state,
                held.isPresent() ? held.get().detail() : details.briefly(call));
    }

    private SyscallSpan filled(
            SyscallSpan span,
            Slice slice,
            SyscallCall call,
            SyscallCall ended,
            CallStatus status,
            TraceState state,
            @Nullable CallDetail detail) {
        return span.fill(
                slice.context(),
                parents.of(call, slice),
                state,
                label(call.syscall()),
                spanId(),
                call,
                ended.endNanos(),
                status,
                detail,
                source(call));
    }

    private static long spanId() {
        long id;
        do {
            id = ThreadLocalRandom.current().nextLong();
        } while (id == 0); // OTLP has no such span
        return id;
    }

    /** What comes of calls that were folded, when that ends. */
    private final class Folded implements ReadableSpans.Receiver {
        @Override
        public void call(Slice slice, SyscallSpan span) {
            offer(slice, span);
        }

        @Override
        public void summary(Slice slice, ReadableSpans.Kind kind, FoldStatistics folded) {
            offer(
                    slice,
                    FoldedSpan.of(
                            ids.generateSpanId(),
                            slice.context(),
                            kind.parent(),
                            kind.state(),
                            label(kind.syscall()),
                            kind.status(),
                            folded));
        }
    }

    private void offer(Slice slice, CallSpan span) {
        CallCounts calls = slice.calls();
        if (!offer(span)) {
            calls.countLost(span.calls());
        } else if (span.isSummary()) {
            calls.countFolded(span.calls());
        } else {
            calls.countExported();
        }
    }

    private void ended(Held held, SyscallCall ended, ConnectionEnding ending) {
        span(held.call(), ended, statusRule.of(ended).of(ending), Optional.of(held));
    }

    /**
     * Whether the call becomes a span. A call that does not become one opens no slice either: a process that has no
     * span for a long time is shown by the root of its first slice and by the root of its end.
     */
    private boolean selected(SyscallCall call, CallStatus status) {
        return (minDurationNanos == 0 || isSlow(call))
                && (!options.onlyErrors() || status.status().getStatusCode() == StatusCode.ERROR);
    }

    private boolean isSlow(SyscallCall call) {
        return call.durationNanos() >= minDurationNanos
                && (!IdleWaits.contains(call.syscall(), call.args(), call.result())
                        || options.namedCalls().test(call.syscall()));
    }

    /** A program may use any call number: only the labels of existing calls are kept. */
    private SyscallLabel label(Syscall syscall) {
        SyscallLabel known = labels.get(syscall);
        if (known == null) {
            known = SyscallLabel.of(syscall);
            if (syscall.known()) {
                labels.put(syscall, known);
            }
        }
        return known;
    }

    @Override
    public void onEvent(TraceEvent event) {
        notice(event.epochNanos());
        threads.onEvent(event);
        locks.onEvent(event);
        settleFutexes(event);
        times.onEvent(event);
        switch (event) {
            case TraceEvent.ProcessStarted started -> traces.start(started.process(), started.epochNanos());
            case TraceEvent.ProgramExecuted executed -> {
                connections.giveUpProcess(executed.process().pid());
                events.program(executed);
            }
            case TraceEvent.SignalDelivered signal -> events.signal(signal);
            case TraceEvent.EventsLost lost -> {
                connections.giveUpAll();
                onLost(lost);
            }
            case TraceEvent.ProcessExited exited -> {
                connections.processEnded(exited.process().pid(), exited.epochNanos());
                traces.end(exited.process(), exited.epochNanos(), SliceEnding.of(exited));
            }
            case TraceEvent.ProcessDetached detached -> {
                connections.giveUpProcess(detached.process().pid());
                times.since(detached.process().pid())
                        .ifPresent(since -> traces.sliceFor(detached.process(), since, detached.epochNanos()));
                traces.end(detached.process(), detached.epochNanos(), new SliceEnding.Detached(detached.reason()));
            }
            case TraceEvent.Stopped stopped -> events.stopped(stopped);
            case TraceEvent.RestEnded rest -> events.unwatched(rest);
            case TraceEvent.RestBegan _ -> {
                // Its end says how long it was.
            }
            case TraceEvent.ThreadExited _ -> {
                // A thread has no span of its own; its last call shows its end.
            }
        }
    }

    private void settleFutexes(TraceEvent event) {
        int pid = event.process().pid();
        switch (event) {
            case TraceEvent.ProgramExecuted _, TraceEvent.ProcessExited _, TraceEvent.ProcessDetached _ ->
                futexes.settleProcess(pid);
            case TraceEvent.EventsLost _ -> futexes.giveUpAll();
            case TraceEvent.RestBegan _ -> futexes.giveUpProcess(pid);
            default -> {
                // Who wakes whom stays visible.
            }
        }
    }

    @Override
    public void onIdle() {
        futexes.settle(epochNanos.getAsLong());
        connections.giveUpOld(epochNanos.getAsLong());
        traces.settleEnded();
        traces.closeOld(epochNanos.getAsLong());
    }

    @Override
    public void onEnd() {
        locks.end();
        futexes.settleAll();
        connections.giveUpAll();
        traces.settleEnded();
        traces.closeAll(latestNanos);
    }

    /** The first trace ids of this target, at most 10. */
    public List<String> firstTraceIds() {
        return traces.firstTraceIds();
    }

    /** How many processes were seen. */
    public long processesSeen() {
        return traces.processesSeen();
    }

    /** Why no span of a call that waited for a file's lock says who held it; empty if that is known, or no call waited. */
    public Optional<String> lockHolderFailure() {
        return locks.failure();
    }

    /** How many calls have no span because nobody records the trace they were made for. */
    public long unsampledCalls() {
        return parents.left();
    }

    /** How many of the calls that were asked for were made, those included of which it is only known that they were lost. */
    public long callsMade() {
        return callsMade;
    }

    /** How many of those were lost before they were seen, since the ring was full. */
    public long callsUnseen() {
        return callsUnseen;
    }

    /** How many of those a rule left out. */
    public long callsSampled() {
        return callsSampled;
    }

    /** How many spans were made, whether or not the sink took them. */
    public long spansMade() {
        return spansMade;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the consumer thread writes
    private void onLost(TraceEvent.EventsLost lost) {
        callsMade += lost.count();
        callsUnseen += lost.count();
        events.lost(lost);
    }

    private @Nullable CallSource source(SyscallCall call) {
        return call.source().isEmpty() ? null : new CallSource(call.source().get(), options.formerSourceNames());
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the consumer thread writes
    private boolean offer(SpanData span) {
        spansMade++;
        return sink.offer(span);
    }

    private void notice(long nanos) {
        latestNanos = Math.max(latestNanos, nanos);
        futexes.settle(latestNanos);
        requests.closeDue(latestNanos);
        if (readable.isPresent()) {
            readable.get().closeDue(latestNanos);
        }
    }
}
