// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

/**
 * How many spans one process may have, by the times of its calls: a second's worth at once, and the rate afterwards. A
 * part is kept for summaries, which are made in any case. For one thread.
 */
public final class ProcessBudget {
    /** Spans of a process in a second. */
    public static final int SPANS_PER_SECOND = 100;

    private static final int KEPT_FOR_SUMMARIES = 25;

    private final Allowance spans = new Allowance(SPANS_PER_SECOND, SPANS_PER_SECOND);

    /** Whether a call may be a span of its own; if so, that is charged. */
    public boolean admits(long nanos) {
        return spans.take(nanos, KEPT_FOR_SUMMARIES);
    }

    /** A span that is made in any case; what is missing is saved up for before others are. */
    public void charge(long nanos) {
        spans.charge(nanos, 1);
    }
}
