// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;

/**
 * The spans of one target on their way to the exporter, and their fate. All counters change under one short lock, so
 * each snapshot adds up.
 */
final class TargetQueue implements SpanSink {
    /** Room beyond the capacity that only structural spans may use. */
    static final int STRUCTURAL_RESERVE = 1_024;

    private final String name;
    private final int capacity;
    private final WaitingRoom room;
    private final Line line;
    private final ArrayDeque<SpanData> queue = new ArrayDeque<>();
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
     */
    TargetQueue(String name, int capacity, WaitingRoom room, Line line) {
        this.name = name;
        this.capacity = capacity;
        this.room = room;
        this.line = line;
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
        long size = CallSpan.bytesOf(span);
        if (queue.size() >= (structural ? capacity + STRUCTURAL_RESERVE : capacity)
                || !room.take(size, structural ? 0 : bytes)) {
            droppedByQueue++;
            callsLost += calls(span);
            return false;
        }
        bytes += size;
        queue.add(span);
        if (!scheduled) {
            scheduled = true;
            line.join(this);
        }
        return true;
    }

    /**
     * Moves at most {@code max} spans to {@code batch}, oldest first.
     *
     * @return how many
     */
    synchronized int drainTo(List<SpanData> batch, int max) {
        int moved = Math.min(max, queue.size());
        for (int i = 0; i < moved; i++) {
            batch.add(queue.remove());
        }
        if (queue.isEmpty()) {
            scheduled = false;
        } else {
            line.join(this); // to the end of the line: the other targets come first
        }
        return moved;
    }

    /**
     * The collector took these spans of this target but for some, and does not say for which: their part of the calls
     * is estimated.
     *
     * @param rejected  how many it did not take
     */
    synchronized void exported(List<SpanData> spans, long rejected) {
        left(spans);
        exported += spans.size() - rejected;
        failed += rejected;
        long own = 0;
        long summarized = 0;
        for (SpanData span : spans) {
            if (span instanceof CallSpan call && call.isSummary()) {
                summarized += call.calls();
            } else {
                own += calls(span);
            }
        }
        long ownLost = part(own, rejected, spans.size());
        long summarizedLost = part(summarized, rejected, spans.size());
        callsExported += own - ownLost;
        callsFolded += summarized - summarizedLost;
        callsLost += ownLost + summarizedLost;
    }

    /** These spans of this target will never arrive. */
    synchronized void failed(List<SpanData> spans) {
        left(spans);
        failed += spans.size();
        spans.forEach(span -> callsLost += calls(span));
    }

    private void left(Collection<SpanData> spans) {
        long size = 0;
        for (SpanData span : spans) {
            size += CallSpan.bytesOf(span);
        }
        bytes -= size;
        room.giveBack(size);
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
        left(queue);
        failed += queue.size();
        queue.forEach(span -> callsLost += calls(span));
        line.givenUp(queue.size());
        queue.clear();
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
