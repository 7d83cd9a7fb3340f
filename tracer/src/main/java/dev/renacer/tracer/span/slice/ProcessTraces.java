// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.span.attribute.RenacerScope;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which trace and which root span a call belongs to. The rules:
 * <ul>
 *   <li>A process's life is cut into slices; a call belongs to the slice in which it returns.
 *   <li>A process's first slice joins the trace of its parent process, as a child of the parent's root; a process
 *       without a traced parent begins a trace. The very first one continues the given trace parent, if there is one.
 *   <li>A trace is closed for all processes in it when it holds {@link TraceLimits#maxSpans} spans or is {@link
 *       TraceLimits#maxAge} old. Children close before their parents, so each root covers its children's time.
 *   <li>Each later slice is a trace of its own, opened when there is something to report, and linked to the slice
 *   before it. A root outside the given parent's trace is linked to that parent too.
 * </ul>
 * Used by one thread; the figures may be read by any.
 */
public final class ProcessTraces {
    private static final int FIRST_TRACE_IDS = 10;

    /**
     * How many ended processes are remembered with their last root, for late reports about them or their children.
     */
    private static final int REMEMBERED = 1_024;

    private static final Attributes PREVIOUS_SLICE = Attributes.of(SpanAttributes.LINK_TYPE, "previous_slice");
    private static final Attributes TRACE_PARENT = Attributes.of(SpanAttributes.LINK_TYPE, "trace_parent");
    private static final Attributes PARENT_PROCESS = Attributes.of(SpanAttributes.LINK_TYPE, "parent_process");

    /**
     * What is left of a process that has ended.
     *
     * @param endNanos  when it was gone, nanoseconds since the epoch
     */
    private record LastRoot(SpanContext root, long endNanos) {
        private static final long NANOS_PER_SECOND = 1_000_000_000;

        /**
         * Whether it can be that of the process's parent. A process that was created later is the child of another one
         * that has the pid again. Times of creation may be too early, by up to a second, but never too late.
         */
        boolean mayBeParentOf(TracedProcess child) {
            return child.created()
                    .filter(created -> created.isAfter(
                            Instant.ofEpochSecond(endNanos / NANOS_PER_SECOND, endNanos % NANOS_PER_SECOND)))
                    .isEmpty();
        }
    }

    private final ProcessResources resources;
    private final Optional<SpanContext> traceParent;
    private final ParentSource given;
    private final int maxSpans;
    private final long maxAgeNanos;
    private final IdGenerator ids;
    private final Consumer<Slice> closing;
    private final Consumer<SpanData> roots;
    private final Map<Integer, ProcessTrace> processes = new HashMap<>();
    private final Map<Integer, LastRoot> lastRoots = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, LastRoot> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final LinkedHashSet<ProcessTrace> ended = new LinkedHashSet<>();
    private final Set<OpenTrace> open = new LinkedHashSet<>();
    /** What was asked for last; null: look it up. */
    private @Nullable ProcessTrace recent;

    private boolean parentJoined;
    private volatile List<String> firstTraceIds = List.of();
    private volatile long processesSeen;

    /**
     * @param resources  what processes are
     * @param given  where the trace parent comes from
     * @param roots  takes each root span when its slice closes
     * @param closing  told of each slice before its root is made; what is added to it then is in the root
     * @param roots    takes each root span when its slice closes
     */
    public ProcessTraces(
            ProcessResources resources,
            Optional<SpanContext> traceParent,
            ParentSource given,
            TraceLimits limits,
            IdGenerator ids,
            Consumer<Slice> closing,
            Consumer<SpanData> roots) {
        this.resources = resources;
        this.traceParent = traceParent;
        this.given = given;
        this.maxSpans = limits.maxSpans();
        this.maxAgeNanos = limits.maxAge().toNanos();
        this.ids = ids;
        this.closing = closing;
        this.roots = roots;
    }

    /** The first ten traces, in hexadecimal. May be called by any thread. */
    public List<String> firstTraceIds() {
        return firstTraceIds;
    }

    /** How many processes have come under trace. May be called by any thread. */
    public long processesSeen() {
        return processesSeen;
    }

    /** A process comes under trace. */
    public void start(TracedProcess process, long nowNanos) {
        ProcessTrace stale = processes.get(process.pid());
        if (stale != null) { // the pid was used again
            end(stale.latest(), nowNanos, SliceEnding.Vanished.INSTANCE);
            stale.current().ifPresent(this::close);
            forget(stale);
            ended.remove(stale);
        }
        lastRoots.remove(process.pid());
        openFirst(enroll(process, Optional.empty()), nowNanos, nowNanos);
    }

    /**
     * The slice to which something that ends at {@code nowNanos} belongs.
     *
     * @param sinceNanos  when it began; a slice opened for it begins there
     */
    public Slice sliceFor(TracedProcess process, long sinceNanos, long nowNanos) {
        ProcessTrace known = find(process.pid());
        if (known == null) {
            Optional<SpanContext> previousRoot =
                    Optional.ofNullable(lastRoots.remove(process.pid())).map(LastRoot::root);
            return openFirst(enroll(process, previousRoot), sinceNanos, nowNanos);
        }
        known.published(process);
        return current(known, sinceNanos, nowNanos);
    }

    /** It is not known for which request calls of a process are made: its next root says so. */
    public void missing(int pid, RequestGap gap, long count) {
        ProcessTrace known = find(pid);
        if (known != null) {
            known.missing(gap, count);
        }
    }

    private @Nullable ProcessTrace find(int pid) {
        ProcessTrace known = recent;
        if (known == null || known.latest().pid() != pid) {
            known = processes.get(pid);
            recent = known;
        }
        return known;
    }

    /** Counts a span that was made in the slice; closes the trace if that filled it. */
    public void countSpan(Slice slice, long nowNanos) {
        OpenTrace trace = slice.trace();
        trace.countSpan();
        if (!trace.hasRoom(1, maxSpans)) {
            close(trace, nowNanos);
        }
    }

    /**
     * The process is gone, or no longer traced. Its slice stays open until {@link #settleEnded}: a child may still come
     * whose first stop was held back for an event of its creator, which was killed before that.
     */
    public void end(TracedProcess process, long nowNanos, SliceEnding ending) {
        ProcessTrace known = processes.get(process.pid());
        if (known == null || known.ending().isPresent()) {
            return; // its end was told already
        }
        if (ending instanceof SliceEnding.Detached) {
            known.current().ifPresent(slice -> slice.cover(nowNanos, nowNanos)); // without one there is nothing to tell
        } else {
            current(known, nowNanos, nowNanos).cover(nowNanos, nowNanos);
        }
        known.ended(ending, nowNanos);
        ended.add(known);
    }

    /** The ring is drained: nothing more will come from the processes that have ended. */
    public void settleEnded() {
        for (ProcessTrace process : ended) {
            process.current().ifPresent(this::close);
            forget(process);
        }
        ended.clear();
    }

    /** Closes the traces that are old by now. */
    public void closeOld(long nowNanos) {
        while (!open.isEmpty()) {
            OpenTrace eldest = open.iterator().next(); // they are in the order they opened
            if (!eldest.isOld(nowNanos, maxAgeNanos)) {
                return;
            }
            close(eldest, nowNanos);
        }
    }

    /** Closes all; no process is known afterwards. */
    public void closeAll(long nowNanos) {
        while (!open.isEmpty()) {
            close(open.iterator().next(), nowNanos);
        }
        processes.clear();
        recent = null;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the consumer thread writes
    private ProcessTrace enroll(TracedProcess process, Optional<SpanContext> previousRoot) {
        ProcessTrace enrolled = new ProcessTrace(process, previousRoot);
        processes.put(process.pid(), enrolled);
        recent = null;
        if (previousRoot.isEmpty()) {
            processesSeen++;
        }
        return enrolled;
    }

    private Slice current(ProcessTrace process, long sinceNanos, long nowNanos) {
        Optional<Slice> current = process.current();
        if (current.isPresent()) {
            OpenTrace trace = current.get().trace();
            if (!trace.isOld(nowNanos, maxAgeNanos)) {
                return current.get();
            }
            close(trace, nowNanos);
        }
        return openNext(process, sinceNanos, nowNanos);
    }

    private Slice openFirst(ProcessTrace process, long sinceNanos, long nowNanos) {
        if (process.previousRoot().isPresent()) {
            return openNext(process, sinceNanos, nowNanos);
        }
        int parentPid = process.latest().parentPid();
        ProcessTrace parent = processes.get(parentPid);
        if (parent != null && parent != process) {
            Slice parentSlice = withRoom(parent, sinceNanos, nowNanos);
            parentSlice.cover(sinceNanos, nowNanos);
            return open(
                    process,
                    parentSlice.trace(),
                    parentSlice.context().root(),
                    Optional.of(parentSlice),
                    List.of(),
                    sinceNanos);
        }
        if (traceParent.isPresent() && !parentJoined) {
            parentJoined = true;
            SpanContext remote = traceParent.get();
            OpenTrace trace = new OpenTrace(remote.getTraceId(), remote.getTraceState(), given, nowNanos);
            return open(process, trace, remote, Optional.empty(), List.of(), sinceNanos);
        }
        List<LinkData> links = new ArrayList<>();
        Optional.ofNullable(lastRoots.get(parentPid))
                .filter(last -> last.mayBeParentOf(process.latest()))
                .ifPresent(last -> links.add(LinkData.create(last.root(), PARENT_PROCESS)));
        return openOwn(process, links, sinceNanos, nowNanos);
    }

    private Slice openNext(ProcessTrace process, long sinceNanos, long nowNanos) {
        List<LinkData> links = new ArrayList<>();
        process.previousRoot().ifPresent(root -> links.add(LinkData.create(root, PREVIOUS_SLICE)));
        return openOwn(process, links, sinceNanos, nowNanos);
    }

    private Slice openOwn(ProcessTrace process, List<LinkData> links, long sinceNanos, long nowNanos) {
        traceParent.ifPresent(remote -> links.add(LinkData.create(remote, TRACE_PARENT)));
        OpenTrace trace = new OpenTrace(ids.generateTraceId(), TraceState.getDefault(), ParentSource.PROCESS, nowNanos);
        return open(process, trace, SpanContext.getInvalid(), Optional.empty(), List.copyOf(links), sinceNanos);
    }

    private Slice open(
            ProcessTrace process,
            OpenTrace trace,
            SpanContext parent,
            Optional<Slice> parentSlice,
            List<LinkData> links,
            long sinceNanos) {
        SliceContext context = new SliceContext(
                trace.context(ids.generateSpanId()), resources.target(), RenacerScope.info(), trace.source());
        Slice slice = new Slice(
                process, trace, context, resources, parent, parentSlice, links, process.nextSlice(), sinceNanos);
        trace.add(slice);
        process.opened(slice);
        if (open.add(trace)) {
            remember(trace.traceId());
        }
        return slice;
    }

    /** The process's slice in a trace that has room for a child's root and the child's first call. */
    private Slice withRoom(ProcessTrace process, long sinceNanos, long nowNanos) {
        Slice slice = current(process, sinceNanos, nowNanos);
        if (slice.trace().hasRoom(2, maxSpans)) {
            return slice;
        }
        close(slice.trace(), nowNanos);
        return openNext(process, sinceNanos, nowNanos);
    }

    private void close(OpenTrace trace, long nowNanos) {
        long cutNanos = Math.min(nowNanos, trace.openedNanos() + maxAgeNanos);
        for (Slice slice : trace.childrenFirst()) {
            if (slice.process().ending().isEmpty()) {
                slice.cover(cutNanos, cutNanos);
            }
            close(slice);
        }
    }

    private void close(Slice slice) {
        closing.accept(slice);
        roots.accept(slice.root(slice.process().ending().orElse(SliceEnding.Continued.INSTANCE)));
        slice.process().closed(slice);
        OpenTrace trace = slice.trace();
        trace.remove(slice);
        if (trace.isEmpty()) {
            open.remove(trace);
        }
    }

    private void forget(ProcessTrace process) {
        int pid = process.latest().pid();
        processes.remove(pid);
        recent = null;
        process.previousRoot().ifPresent(root -> lastRoots.put(pid, new LastRoot(root, process.endNanos())));
    }

    private void remember(String traceId) {
        if (firstTraceIds.size() < FIRST_TRACE_IDS) {
            List<String> more = new ArrayList<>(firstTraceIds);
            more.add(traceId);
            firstTraceIds = List.copyOf(more);
        }
    }
}
