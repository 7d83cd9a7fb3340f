// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.SyscallCall;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Calls that something else has ended, which may be reported later: each is held until everything that ended with it is
 * reported. Bounded in number and in time. Not thread-safe.
 *
 * @param <W>  what comes with a call
 */
final class HeldCalls<W> {
    /** Beyond this number, the oldest are given up. */
    static final int MOST = 1_024;

    /** How much later than its return a call may be reported. */
    private static final long SETTLE_NANOS = 1_000_000;

    /** One of them. */
    record Held<W>(SyscallCall call, W with) {}

    private final Consumer<Held<W>> receiver;
    private final Queue<Held<W>> held = new ArrayDeque<>();

    /**
     * @param receiver  is given each call once
     */
    HeldCalls(Consumer<Held<W>> receiver) {
        this.receiver = receiver;
    }

    void add(SyscallCall call, W with) {
        held.add(new Held<>(call, with));
        if (held.size() > MOST) {
            receiver.accept(held.remove());
        }
    }

    /** Passes on those of which everything is known now that everything until this time is reported. */
    void settle(long reportedNanos) {
        while (!held.isEmpty() && held.element().call().endNanos() + SETTLE_NANOS <= reportedNanos) {
            receiver.accept(held.remove());
        }
    }

    /** Passes on those of which this holds: their thread or process is gone. */
    void settle(Predicate<SyscallCall> gone) {
        List<Held<W>> own = held.stream().filter(one -> gone.test(one.call())).toList();
        held.removeAll(own);
        own.forEach(receiver);
    }
}
