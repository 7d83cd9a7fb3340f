// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.wait;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Who has woken a thread that waited in futex(2): of a mutex, the thread that held it. A wait and the wake that ends it
 * are reported in either order, so a wait is held until everything that began before its end is reported. Only what is
 * certain is said: one thread alone of the process has woken somebody at this address during the wait who is not known
 * to be another one, no call was lost, and no other process can have done it (FUTEX_PRIVATE_FLAG). Bounded in number and
 * in time. For one thread.
 *
 * @param <W>  what comes with a wait
 */
public final class FutexWaits<W> {
    /** Waits shorter than this do not matter, and are frequent. */
    static final long SHORTEST_NANOS = 1_000_000;
    /** How much later than its return a call may be reported: the core reports it after it has resumed the thread. */
    private static final long SETTLE_NANOS = 1_000_000;
    /** Waits that are held, and wakes that are kept; beyond that the oldest are given up. */
    static final int MOST = 1_024;

    private static final int WAIT = 0;
    private static final int WAKE = 1;
    /** These and WAKE_OP wake at one address, and do something at another one. */
    private static final int REQUEUE = 3;

    private static final int WAKE_OP = 5;
    private static final int WAIT_BITSET = 9;
    private static final int WAKE_BITSET = 10;
    private static final int PRIVATE = 128;
    private static final int COMMAND = 127;

    /**
     * The thread that has ended a wait.
     *
     * @param name  empty if not known
     */
    public record Waker(int tid, Optional<String> name) {}

    /**
     * A wait that is held.
     *
     * @param <W>  what comes with it
     */
    public record Wait<W>(SyscallCall call, W with) {}

    /** A wake that has found somebody. */
    private static final class Wake {
        private final SyscallCall call;
        private final Waker waker;
        /** How many of those that it has woken are not known yet. */
        private long left;

        Wake(SyscallCall call, Waker waker) {
            this.call = call;
            this.waker = waker;
            this.left = call.result();
        }

        boolean mayEnd(SyscallCall wait) {
            return left > 0
                    && call.process().pid() == wait.process().pid()
                    && call.args()[0] == wait.args()[0]
                    && call.startNanos() <= wait.endNanos()
                    && call.endNanos() >= wait.startNanos()
                    && call.tid() != wait.tid();
        }

        boolean isPlain() {
            return FutexWaits.isPlain((int) call.args()[1] & COMMAND);
        }
    }

    private final BiConsumer<Wait<W>, Optional<Waker>> receiver;
    private final Queue<Wait<W>> waits = new ArrayDeque<>();
    private final ArrayDeque<Wake> wakes = new ArrayDeque<>();
    /** Processes of which not every call is seen. */
    private final Set<Integer> unsure = new HashSet<>();

    /**
     * @param receiver  called once for each wait that was held
     */
    public FutexWaits(BiConsumer<Wait<W>, Optional<Waker>> receiver) {
        this.receiver = receiver;
    }

    /** Whether the call is a wait whose waker may be found. */
    public static boolean isWait(SyscallCall call) {
        int operation = (int) call.args()[1];
        int command = operation & COMMAND;
        return call.durationNanos() >= SHORTEST_NANOS
                && call.outcome() == Outcome.RETURNED
                && (operation & PRIVATE) != 0
                && (command == WAIT || command == WAIT_BITSET)
                && isFutex(call)
                && !call.inProgressAtAttach();
    }

    /** Whether the call has woken somebody: its thread's name will be wanted. */
    public static boolean isWake(SyscallCall call) {
        int command = (int) call.args()[1] & COMMAND;
        return call.outcome() == Outcome.RETURNED
                && call.result() > 0
                && (isPlain(command) || (command >= REQUEUE && command <= WAKE_OP))
                && isFutex(call);
    }

    /** Keeps a wait. */
    public void hold(SyscallCall call, W with) {
        waits.add(new Wait<>(call, with));
        if (waits.size() > MOST) {
            receiver.accept(waits.remove(), Optional.empty());
        }
    }

    /** Takes note of a wake. */
    public void woken(SyscallCall call, Optional<String> name) {
        wakes.add(new Wake(call, new Waker(call.tid(), name)));
        if (wakes.size() > MOST) {
            wakes.remove();
        }
    }

    /** Passes on the waits of which everything is known now that everything until this time is reported. */
    public void settle(long reportedNanos) {
        while (!waits.isEmpty() && waits.element().call().endNanos() + SETTLE_NANOS <= reportedNanos) {
            Wait<W> wait = waits.remove();
            receiver.accept(wait, waker(wait.call()));
        }
    }

    /** Passes on the waits of a process that ends or is detached. */
    public void settleProcess(int pid) {
        unsure.remove(pid);
        Iterator<Wait<W>> each = waits.iterator();
        List<Wait<W>> own = new ArrayList<>();
        while (each.hasNext()) {
            Wait<W> wait = each.next();
            if (wait.call().process().pid() == pid) {
                each.remove();
                own.add(wait);
            }
        }
        own.forEach(wait -> receiver.accept(wait, waker(wait.call())));
        wakes.removeIf(wake -> wake.call.process().pid() == pid);
    }

    /** Passes on all: tracing ends. */
    public void settleAll() {
        settle(Long.MAX_VALUE);
    }

    /** Calls were lost: any of them may have been the wake. */
    public void giveUpAll() {
        wakes.clear();
        waits.forEach(wait -> receiver.accept(wait, Optional.empty()));
        waits.clear();
    }

    /** From here on some calls of this process are not seen. */
    public void giveUpProcess(int pid) {
        unsure.add(pid);
    }

    private Optional<Waker> waker(SyscallCall wait) {
        if (unsure.contains(wait.process().pid())) {
            return Optional.empty();
        }
        Wake found = null;
        for (Wake wake : wakes) {
            if (wake.mayEnd(wait)) {
                boolean another = found != null && found.waker.tid() != wake.waker.tid();
                if (another || !wake.isPlain()) {
                    return Optional.empty();
                }
                found = found == null ? wake : found;
            }
        }
        if (found == null) {
            return Optional.empty();
        }
        found.left--; // it is not another one's
        return Optional.of(found.waker);
    }

    private static boolean isPlain(int command) {
        return command == WAKE || command == WAKE_BITSET;
    }

    private static boolean isFutex(SyscallCall call) {
        return call.syscall().name().equals("futex");
    }
}
