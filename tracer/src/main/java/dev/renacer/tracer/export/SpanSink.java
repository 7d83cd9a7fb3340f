// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Takes the spans of one target. Never blocks: what cannot be taken is dropped and counted.
 */
public interface SpanSink {
    /**
     * Takes a span, or drops and counts it.
     *
     * @return whether it was taken
     */
    boolean offer(SpanData span);

    /** Counts a span that was not made, since the target had used up its maxSpansPerSecond. */
    void overBudget();

    /** Counters now. */
    Counts counts();

    /**
     * Gives up what still waits, counting it as failed, and refuses what comes from now on. What is under way to the collector
     * stays pending until its result is known.
     */
    void giveUp();

    /**
     * What became of a target's spans. {@code offered = exported + droppedByRate + droppedByQueue + failed + pending}.
     *
     * @param offered        spans made
     * @param exported       spans the collector acknowledged
     * @param droppedByRate  dropped because the target exceeded its maxSpansPerSecond
     * @param droppedByQueue dropped because the queue was full (collector slow or away)
     * @param failed         given up after retries, or refused by the collector
     * @param pending        waiting or under way
     */
    record Counts(long offered, long exported, long droppedByRate, long droppedByQueue, long failed, long pending) {
        /** Spans that never reached the collector and never will. */
        public long lost() {
            return droppedByRate + droppedByQueue + failed;
        }
    }
}
