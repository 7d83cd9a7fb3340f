// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Which wake of futex(2) ended which wait. Both are reported in either order, so a wait is held until everything that
 * ended with it is reported. Only futexes of one process (FUTEX_PRIVATE_FLAG) are followed. What is held is bounded in
 * number and in time. Not thread-safe.
 */
final class FutexFlows {
    /** Told a wait that was held, and the flow that ends with it, if it is known. */
    @FunctionalInterface
    interface Receiver {
        void accept(SyscallCall wait, OptionalLong flow);
    }

    /** Beyond this number, the oldest are given up. */
    static final int MOST = 1_024;

    /** How much later than its return a call may be reported. */
    private static final long SETTLE_NANOS = 1_000_000;
    /** One call may wake many; that many of them are told. */
    private static final int MOST_WOKEN = 8;

    private static final int WAIT = 0;
    private static final int WAKE = 1;
    private static final int WAIT_BITSET = 9;
    private static final int WAKE_BITSET = 10;
    private static final int PRIVATE = 128;
    private static final int COMMAND = 127;

    private static final class Wake {
        private final SyscallCall call;
        private final Queue<Long> flows = new ArrayDeque<>();

        Wake(SyscallCall call) {
            this.call = call;
        }

        boolean mayEnd(SyscallCall wait) {
            return !flows.isEmpty()
                    && call.process().pid() == wait.process().pid()
                    && call.args()[0] == wait.args()[0]
                    && call.tid() != wait.tid()
                    && call.startNanos() <= wait.endNanos()
                    && call.endNanos() >= wait.startNanos();
        }
    }

    private final LongSupplier numbers;
    private final Receiver receiver;
    private final Queue<SyscallCall> waits = new ArrayDeque<>();
    private final Queue<Wake> wakes = new ArrayDeque<>();

    /**
     * @param numbers  gives a fresh number for each flow
     */
    FutexFlows(LongSupplier numbers, Receiver receiver) {
        this.numbers = numbers;
        this.receiver = receiver;
    }

    /** Keeps a call if it is a wait that was ended by a wake; {@code false}: it is none. */
    boolean hold(SyscallCall call) {
        if (!isOf(call, WAIT, WAIT_BITSET) || call.result() != 0) {
            return false;
        }
        waits.add(call);
        if (waits.size() > MOST) {
            receiver.accept(waits.remove(), OptionalLong.empty());
        }
        return true;
    }

    /** The flows that begin with a call: one for each thread that it has woken. */
    Iterable<Long> begun(SyscallCall call) {
        Wake wake = new Wake(call);
        if (isOf(call, WAKE, WAKE_BITSET)) {
            for (long woken = Math.min(call.result(), MOST_WOKEN); woken > 0; woken--) {
                wake.flows.add(numbers.getAsLong());
            }
        }
        if (wake.flows.isEmpty()) {
            return wake.flows;
        }
        wakes.add(wake);
        if (wakes.size() > MOST) {
            wakes.remove();
        }
        return List.copyOf(wake.flows);
    }

    /** Passes on the waits of which everything is known now that everything until this time is reported. */
    void settle(long reportedNanos) {
        while (!waits.isEmpty() && waits.element().endNanos() + SETTLE_NANOS <= reportedNanos) {
            SyscallCall wait = waits.remove();
            receiver.accept(wait, flow(wait));
        }
    }

    /** Passes on the waits of which this holds: their thread or process is gone. */
    void settle(Predicate<SyscallCall> gone) {
        List<SyscallCall> own = waits.stream().filter(gone).toList();
        waits.removeAll(own);
        own.forEach(wait -> receiver.accept(wait, flow(wait)));
    }

    /** Passes on all: nothing more is reported. */
    void settleAll() {
        settle(Long.MAX_VALUE);
    }

    private OptionalLong flow(SyscallCall wait) {
        for (Wake wake : wakes) {
            if (wake.mayEnd(wait)) {
                return OptionalLong.of(wake.flows.remove());
            }
        }
        return OptionalLong.empty();
    }

    private static boolean isOf(SyscallCall call, int command, int withBits) {
        int operation = (int) call.args()[1];
        int which = operation & COMMAND;
        return call.outcome() == Outcome.RETURNED
                && (which == command || which == withBits)
                && (operation & PRIVATE) != 0
                && !call.inProgressAtAttach()
                && call.syscall().name().startsWith("futex");
    }
}
