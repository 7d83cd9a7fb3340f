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

/** Which wake of futex(2) ended which wait. Only futexes of one process (FUTEX_PRIVATE_FLAG) are followed. */
final class FutexFlows implements Flows {
    /** Wakes that are kept; beyond that the oldest are given up. */
    private static final int MOST_WAKES = 1_024;
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
    private final HeldCalls<Boolean> waits;
    private final Queue<Wake> wakes = new ArrayDeque<>();

    /**
     * @param numbers  gives a fresh number for each flow
     */
    FutexFlows(LongSupplier numbers, Receiver receiver) {
        this.numbers = numbers;
        this.waits = new HeldCalls<>(held -> receiver.accept(held.call(), flow(held.call())));
    }

    @Override
    public boolean hold(SyscallCall call) {
        boolean woken = isOf(call, WAIT, WAIT_BITSET) && call.result() == 0;
        if (woken) {
            waits.add(call, true);
        }
        return woken;
    }

    @Override
    public List<Long> begun(SyscallCall call) {
        if (!isOf(call, WAKE, WAKE_BITSET) || call.result() <= 0) {
            return List.of();
        }
        Wake wake = new Wake(call);
        for (long woken = Math.min(call.result(), MOST_WOKEN); woken > 0; woken--) {
            wake.flows.add(numbers.getAsLong());
        }
        wakes.add(wake);
        if (wakes.size() > MOST_WAKES) {
            wakes.remove();
        }
        return List.copyOf(wake.flows);
    }

    @Override
    public void settle(long reportedNanos) {
        waits.settle(reportedNanos);
    }

    @Override
    public void settle(Predicate<SyscallCall> gone) {
        waits.settle(gone);
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
