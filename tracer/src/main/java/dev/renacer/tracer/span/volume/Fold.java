// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one kind that are folded into one span while it is open. The slowest is held out as a span of its own: an
 * example with all that is known of it. One call alone is not folded. For one thread.
 *
 * @param <S>  the span of a call
 */
public final class Fold<S> {
    private final long dueNanos;
    private final FoldStatistics folded = new FoldStatistics();
    private @Nullable FoldedCall slowestCall;
    private @Nullable S slowest;
    /** The only call in the statistics, if there is only one. */
    private @Nullable S single;

    /**
     * @param dueNanos  calls that end then or later belong to the next one
     */
    Fold(long dueNanos) {
        this.dueNanos = dueNanos;
    }

    long dueNanos() {
        return dueNanos;
    }

    /**
     * Takes in a call.
     *
     * @param span  makes its span, if that is needed
     * @return whether there will be one span more for it: for the first the slowest, for the second the others
     */
    boolean add(FoldedCall call, Supplier<S> span) {
        FoldedCall before = slowestCall;
        if (before == null) {
            slowestCall = call;
            slowest = span.get();
            return true;
        }
        if (call.nanos() > before.nanos()) {
            fold(before, slowest);
            slowestCall = call;
            slowest = span.get();
        } else {
            fold(call, folded.calls() == 0 ? span.get() : null);
        }
        return folded.calls() == 1;
    }

    private void fold(FoldedCall call, @Nullable S span) {
        single = folded.calls() == 0 ? span : null;
        folded.add(call);
    }

    /** Gives up the example: the slowest is folded, too. Not if it is the only call. */
    void foldSlowest() {
        FoldedCall call = slowestCall;
        if (call != null && folded.calls() > 0) {
            fold(call, null);
            slowestCall = null;
            slowest = null;
        }
    }

    /** The slowest, unless there was no room for it. */
    public Optional<S> slowest() {
        return Optional.ofNullable(slowest);
    }

    /** The other call, if there is only one. */
    public Optional<S> single() {
        return Optional.ofNullable(single);
    }

    /** The other calls, if there are several. */
    public Optional<FoldStatistics> summary() {
        return folded.calls() > 1 ? Optional.of(folded) : Optional.empty();
    }
}
