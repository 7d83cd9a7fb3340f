// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one kind in one slice of a process's life: a system call, with one errno if it failed, under one parent.
 * Decides which of them are spans of their own and folds the others. Goes by the times of the calls alone, so the same
 * calls always give the same spans. For one thread.
 *
 * @param <S>  the span of a call
 */
public final class CallKind<S> {
    /** Failures of one kind that are spans, at once and in each further second. */
    static final int FAILURES = 50;

    private static final double FAILURES_PER_SECOND = 1;

    /** Slow calls of one kind that are spans, at once and in each further second. */
    static final int SLOW_CALLS = 5;

    private static final double SLOW_CALLS_PER_SECOND = 0.5;

    /** For how long calls are folded into the first span; into each further one for twice as long. */
    static final long FIRST_WINDOW_NANOS = 1_000_000_000L;

    static final long LONGEST_WINDOW_NANOS = 10_000_000_000L;

    /** With many kinds in a slice, a fold is open for at least as long as this times their number. */
    static final long NANOS_PER_KIND = 40_000_000;

    private final Allowance failures = new Allowance(FAILURES, FAILURES_PER_SECOND);
    private final Allowance slowCalls = new Allowance(SLOW_CALLS, SLOW_CALLS_PER_SECOND);
    private long windowNanos = FIRST_WINDOW_NANOS;
    private boolean seen;
    private @Nullable Fold<S> open;

    /** What distinguishes a call from the others of its kind. */
    public enum Mark {
        NONE,
        SLOW,
        FAILED
    }

    /**
     * Whether the next call deserves a span of its own: it is the first, has failed or was slow.
     *
     * @param endNanos  when it ended, nanoseconds since the epoch
     */
    public boolean deserves(long endNanos, Mark mark) {
        if (!seen) {
            seen = true;
            return true;
        }
        return switch (mark) {
            case FAILED -> failures.take(endNanos, 0);
            case SLOW -> slowCalls.take(endNanos, 0);
            case NONE -> false;
        };
    }

    /** Whether calls that end at this time belong to a further fold than the open one. */
    public boolean isDue(long nanos) {
        Fold<S> fold = open;
        return fold != null && nanos >= fold.dueNanos();
    }

    /** When the open fold is due; the end of time if there is none. */
    public long dueNanos() {
        Fold<S> fold = open;
        return fold == null ? Long.MAX_VALUE : fold.dueNanos();
    }

    /**
     * Takes a call into the open fold, or into a new one.
     *
     * @param kinds  how many kinds there are in the slice
     * @param span   makes its span, if that is needed
     * @return whether there will be one span more for it
     */
    public boolean fold(FoldedCall call, int kinds, Supplier<S> span) {
        Fold<S> fold = open;
        if (fold == null) {
            fold = new Fold<>(call.endNanos() + Math.max(windowNanos, kinds * NANOS_PER_KIND));
            windowNanos = Math.min(LONGEST_WINDOW_NANOS, 2 * windowNanos);
            open = fold;
        }
        return fold.add(call, span);
    }

    /**
     * Ends the open fold, if there is one. Its spans are charged to the process's budget; if that is used up, the
     * slowest call gets no span of its own.
     *
     * @param nanos  the time of that
     */
    public Optional<Fold<S>> close(long nanos, ProcessBudget budget) {
        Fold<S> fold = open;
        open = null;
        if (fold == null) {
            return Optional.empty();
        }
        if (!budget.admits(nanos)) {
            budget.charge(nanos);
            fold.foldSlowest();
        } else if (fold.single().isPresent() || fold.summary().isPresent()) {
            budget.charge(nanos);
        }
        return Optional.of(fold);
    }
}
