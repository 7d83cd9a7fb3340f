// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Takes the spans of one target. Never blocks: spans that cannot be taken are dropped and counted.
 */
public interface SpanSink {
    /**
     * Takes a span, or drops and counts it.
     *
     * @return whether it was taken
     */
    boolean offer(SpanData span);

    /** Whether a span must not change after it was offered. If not, its maker may use it again for the next one. */
    default boolean keepsSpans() {
        return true;
    }

    /** Counts a span that was not made because the target had used up its maxSpansPerSecond. */
    void overBudget();

    /** The current counters. */
    Counts counts();

    /** What has become of the calls that the spans stand for ({@link CallSpan}). */
    default CallFates fates() {
        return CallFates.NONE;
    }

    /**
     * Gives up the spans that still wait, counting them as failed, and refuses later ones. Spans on their way to the
     * collector stay pending until their result is known.
     */
    void giveUp();

    /**
     * The fate of the calls that a target's spans stand for. Root spans stand for none.
     *
     * @param exported  calls whose own spans the collector acknowledged
     * @param folded    calls in summaries that the collector acknowledged
     * @param lost      calls whose span, or whose summary, will never arrive
     * @param pending   calls whose span waits or is under way
     */
    record CallFates(long exported, long folded, long lost, long pending) {
        static final CallFates NONE = new CallFates(0, 0, 0, 0);
    }

    /**
     * The fate of a target's spans. {@code offered = exported + droppedByRate + droppedByQueue + failed + pending}.
     *
     * @param offered        spans made
     * @param exported       spans the collector acknowledged
     * @param droppedByRate  dropped because the target exceeded its maxSpansPerSecond
     * @param droppedByQueue dropped because the queue was full (collector slow or unreachable)
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
