// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import dev.renacer.tracer.export.encoding.SpanEncoder;
import dev.renacer.tracer.export.encoding.SpanGroup;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one target on their way to the exporter, and their fate. They wait as the bytes that are sent. All counters change
 * under one short lock, so each snapshot adds up.
 */
final class TargetQueue implements SpanSink {
    /** Room beyond the capacity that only structural spans may use. */
    static final int STRUCTURAL_RESERVE = 1_024;

    private final String name;
    private final int capacity;
    private final WaitingRoom room;
    private final Line line;
    private final ChunkPool pool;
    private final SpanEncoder encoder = new SpanEncoder();
    private final ArrayDeque<Segment> queue = new ArrayDeque<>();
    /** Of {@link #queue}. */
    private int waiting;
    /** What is written to; null: nothing waits. */
    private @Nullable Chunk chunk;

    /** The last one, if it may grow. */
    private @Nullable Segment growing;

    private boolean scheduled;
    private boolean closed;
    private long offered;
    private long exported;
    private long droppedByRate;
    private long droppedByQueue;
    private long failed;
    private long callsOffered;
    private long callsExported;
    private long callsFolded;
    private long callsLost;
    /** Of the spans that wait or are under way. */
    private long bytes;

    /** The queues that wait for their turn to export. */
    interface Line {
        /** This queue has something to export and is not yet waiting for its turn. Called under its lock. */
        void join(TargetQueue queue);

        /** A span was taken. Called after the lock is released. */
        void queued();

        /** This many spans that were taken will not be exported after all. */
        void givenUp(int spans);
    }

    /**
     * @param capacity  of spans that wait
     * @param room      for them, shared with the other targets
     * @param pool      their memory, likewise
     */
    TargetQueue(String name, int capacity, WaitingRoom room, ChunkPool pool, Line line) {
        this.name = name;
        this.capacity = capacity;
        this.room = room;
        this.pool = pool;
        this.line = line;
    }

    @Override
    public boolean keepsSpans() {
        return false;
    }

    @Override
    public boolean offer(SpanData span) {
        if (!enqueue(span)) {
            return false;
        }
        line.queued();
        return true;
    }

    @Override
    public synchronized void overBudget() {
        offered++;
        droppedByRate++;
        callsOffered++;
        callsLost++;
    }

    private synchronized boolean enqueue(SpanData span) {
        boolean structural = span instanceof StructuralSpan;
        offered++;
        callsOffered += calls(span);
        if (closed) {
            failed++;
            callsLost += calls(span);
            return false;
        }
        if (waiting >= (structural ? capacity + STRUCTURAL_RESERVE : capacity)) {
            return dropped(span);
        }
        try {
            encoder.encode(span);
        } catch (RuntimeException e) {
            failed++;
            callsLost += calls(span);
            throw e;
        }
        if (!room.take(encoder.size(), structural ? 0 : bytes)) {
            return dropped(span);
        }
        bytes += encoder.size();
        append(calls(span), span instanceof CallSpan call && call.isSummary());
        if (!scheduled) {
            scheduled = true;
            line.join(this);
        }
        return true;
    }

    private boolean dropped(SpanData span) {
        droppedByQueue++;
        callsLost += calls(span);
        return false;
    }

    /** Appends what is encoded. */
    private void append(long calls, boolean summary) {
        SpanGroup group = encoder.group();
        Chunk into = chunk;
        if (into == null || !into.hasRoom(encoder.size())) {
            leaveChunk();
            into = pool.take(encoder.size());
            chunk = into;
        }
        Segment segment = growing;
        if (segment == null || !segment.takes(group, calls, summary)) {
            segment = new Segment(into, group, calls, summary);
            growing = segment;
            queue.add(segment);
        }
        segment.append(encoder.bytes(), encoder.size());
        waiting++;
    }

    private void leaveChunk() {
        growing = null;
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    /** Takes at most so many spans out, oldest first. */
    synchronized List<Segment> drain(int max) {
        List<Segment> taken = new ArrayList<>();
        int left = max;
        while (left > 0 && !queue.isEmpty()) {
            Segment first = queue.remove();
            if (first == growing) {
                growing = null;
            }
            if (first.spans() > left) {
                queue.addFirst(first.rest(left));
                taken.add(first.first(left));
                first.release();
                left = 0;
            } else {
                taken.add(first);
                left -= first.spans();
            }
        }
        waiting -= max - left;
        if (queue.isEmpty()) {
            scheduled = false;
            leaveChunk();
        } else {
            line.join(this); // to the end of the line: the other targets come first
        }
        return taken;
    }

    /**
     * The collector took these spans of this target but for some, and does not say for which: their part of the calls
     * is estimated.
     *
     * @param rejected  how many it did not take
     */
    synchronized void exported(Segment spans, long rejected) {
        exported += spans.spans() - rejected;
        failed += rejected;
        long lost = part(spans.calls(), rejected, spans.spans());
        if (spans.isSummary()) {
            callsFolded += spans.calls() - lost;
        } else {
            callsExported += spans.calls() - lost;
        }
        callsLost += lost;
        left(spans);
    }

    /** These spans of this target will never arrive. */
    synchronized void failed(Segment spans) {
        failed += spans.spans();
        callsLost += spans.calls();
        left(spans);
    }

    private void left(Segment spans) {
        bytes -= spans.bytes();
        room.giveBack(spans.bytes());
        spans.release();
    }

    private static long part(long calls, long some, long of) {
        return some == 0 ? 0 : Math.ceilDiv(calls * some, of);
    }

    private static long calls(SpanData span) {
        return span instanceof CallSpan call ? call.calls() : 0;
    }

    @Override
    public synchronized void giveUp() {
        closed = true;
        queue.forEach(this::failed);
        queue.clear();
        line.givenUp(waiting);
        waiting = 0;
        leaveChunk();
    }

    /** How many spans have been taken so far. */
    synchronized long taken() {
        return offered - droppedByRate - droppedByQueue;
    }

    /** How many of the spans taken have been exported or given up. They settle in the order they were taken. */
    synchronized long settled() {
        return exported + failed;
    }

    @Override
    public synchronized Counts counts() {
        long pending = offered - exported - droppedByRate - droppedByQueue - failed;
        return new Counts(offered, exported, droppedByRate, droppedByQueue, failed, pending);
    }

    @Override
    public synchronized CallFates fates() {
        long pending = callsOffered - callsExported - callsFolded - callsLost;
        return new CallFates(callsExported, callsFolded, callsLost, pending);
    }

    @Override
    public String toString() {
        return name + " " + counts();
    }
}
