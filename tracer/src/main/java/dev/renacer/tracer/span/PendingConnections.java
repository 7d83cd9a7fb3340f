// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.span.ConnectionEnding.Outcome.CLOSED;
import static dev.renacer.tracer.span.ConnectionEnding.Outcome.CONNECTED;
import static dev.renacer.tracer.span.ConnectionEnding.Outcome.FAILED;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.syscall.ConnectionCalls;
import dev.renacer.tracer.syscall.ConnectionCalls.Teller;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls of connect(2) that returned before their connection was made or refused (EINPROGRESS), each held until a call
 * on its descriptor shows how that ended. Descriptors belong to a process: what a forked child does with a shared one
 * counts for nothing here. Bounded in number and in time. For one thread.
 */
final class PendingConnections {
    /** Beyond this number the oldest are dropped. */
    static final int MOST = 1_024;
    /** The kernel gives up after about 127 s (net.ipv4.tcp_syn_retries = 6). */
    static final Duration LONGEST = Duration.ofMinutes(3);

    /** Takes a connect(2) whose connection has ended. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Called once for each call that was held.
         *
         * @param held   the call as it returned
         * @param ended  the same call as if it had waited: with that end and that result
         */
        void ended(Held held, SyscallCall ended, ConnectionEnding ending);
    }

    /**
     * A call that is held.
     *
     * @param call    as it returned
     * @param detail  what its span says of its arguments, found when it returned; null: nothing
     */
    record Held(SyscallCall call, @Nullable CallDetail detail) {}

    private static final long UINT = 0xffff_ffffL;
    /** linux/close_range.h: the descriptors stay open. */
    private static final long CLOSE_RANGE_CLOEXEC = 4;

    private final Receiver receiver;
    /** By process and descriptor, oldest first. */
    private final Map<Long, Held> pending = new LinkedHashMap<>();

    PendingConnections(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Whether the call is a connect(2) whose connection is under way. */
    static boolean isUnderWay(SyscallCall call) {
        return call.outcome() == Outcome.FAILED
                && ConnectionCalls.isUnderWay(call.errno())
                && call.syscall().name().equals("connect");
    }

    /**
     * Keeps a call whose connection is under way.
     *
     * @param detail  what its span says of its arguments
     * @return whether it is kept
     */
    boolean hold(SyscallCall call, @Nullable CallDetail detail) {
        if (pending.containsKey(key(call, 0))) {
            return false; // asked again: the first one is the connection's
        }
        pending.put(key(call, 0), new Held(call, detail));
        if (pending.size() > MOST) {
            giveUp(pending.keySet().iterator().next());
        }
        return true;
    }

    /** Looks at what a call shows. */
    void follow(SyscallCall call) {
        if (pending.isEmpty()) {
            return;
        }
        Optional<Teller> teller = ConnectionCalls.teller(call.syscall().name());
        if (teller.isEmpty()) {
            return;
        }
        if (teller.get().role() == ConnectionCalls.Role.CLOSE_RANGE) {
            followRange(call);
            return;
        }
        for (int argument : teller.get().descriptors()) {
            long key = key(call, argument);
            if (pending.containsKey(key)) {
                follow(key, teller.get().role(), call);
            }
        }
    }

    private void follow(long key, ConnectionCalls.Role role, SyscallCall call) {
        switch (role) {
            case CONNECT -> {
                if (call.outcome() == Outcome.FAILED && ConnectionCalls.isConnected(call.errno())) {
                    succeeded(key, call);
                } else if (call.outcome() == Outcome.FAILED && ConnectionCalls.isBegun(call.errno())) {
                    giveUp(key); // another socket has the descriptor by now
                } else {
                    toldByResult(key, call);
                }
            }
            case SO_ERROR -> toldByOption(key, call);
            case TRANSFER -> toldByResult(key, call);
            case CLOSE -> closed(key, call);
            case REPLACE -> {
                if (call.outcome() == Outcome.RETURNED && call.args()[0] != call.args()[1]) {
                    closed(key, call);
                }
            }
            case CLOSE_RANGE -> throw new IllegalArgumentException("a range has more than one descriptor");
        }
    }

    private void followRange(SyscallCall call) {
        long first = call.args()[0] & UINT;
        long last = call.args()[1] & UINT;
        boolean closes = call.outcome() == Outcome.RETURNED && (call.args()[2] & CLOSE_RANGE_CLOEXEC) == 0;
        if (closes) {
            keys(key -> isOf(key, call.process().pid()) && (key & UINT) >= first && (key & UINT) <= last)
                    .forEach(key -> closed(key, call));
        }
    }

    private void toldByResult(long key, SyscallCall call) {
        if (call.outcome() == Outcome.RETURNED) {
            succeeded(key, call);
        } else if (call.outcome() == Outcome.FAILED && ConnectionCalls.isError(call.errno())) {
            failed(key, call, call.errno());
        }
    }

    private void toldByOption(long key, SyscallCall call) {
        if (call.outcome() != Outcome.RETURNED
                || (int) call.args()[1] != ConnectionCalls.SOL_SOCKET
                || (int) call.args()[2] != ConnectionCalls.SO_ERROR) {
            return;
        }
        ConnectionCalls.socketError(call.written(ConnectionCalls.OPTION_VALUE)).ifPresent(errno -> {
            if (errno == 0) {
                succeeded(key, call);
            } else {
                failed(key, call, errno);
            }
        });
    }

    /** The process is gone, and its descriptors with it. */
    void processEnded(int pid, long nanos) {
        keys(key -> isOf(key, pid)).forEach(key -> {
            Held held = taken(key);
            SyscallCall made = held.call();
            ConnectionEnding ending = new ConnectionEnding(ConnectionEnding.Outcome.CLOSED, "");
            receiver.ended(held, made.ended(Math.max(made.endNanos(), nanos), made.outcome(), made.result()), ending);
        });
    }

    /** The process continues untraced, or with another program, which does not have all of its descriptors. */
    void giveUpProcess(int pid) {
        keys(key -> isOf(key, pid)).forEach(this::giveUp);
    }

    /** Calls were lost, or tracing ends: any of them may have shown it. */
    void giveUpAll() {
        keys(_ -> true).forEach(this::giveUp);
    }

    /** Gives up connections that took too long. */
    void giveUpOld(long nowNanos) {
        while (!pending.isEmpty()) {
            Map.Entry<Long, Held> eldest = pending.entrySet().iterator().next();
            if (nowNanos - eldest.getValue().call().endNanos() < LONGEST.toNanos()) {
                return;
            }
            giveUp(eldest.getKey());
        }
    }

    private void succeeded(long key, SyscallCall teller) {
        Held held = taken(key);
        SyscallCall made = held.call();
        told(held, made.ended(end(made, teller.endNanos()), Outcome.RETURNED, 0), teller, CONNECTED);
    }

    private void failed(long key, SyscallCall teller, int errno) {
        Held held = taken(key);
        SyscallCall made = held.call();
        told(held, made.ended(end(made, teller.endNanos()), Outcome.FAILED, -errno), teller, FAILED);
    }

    private void closed(long key, SyscallCall teller) {
        Held held = taken(key);
        SyscallCall made = held.call();
        told(held, made.ended(end(made, teller.startNanos()), made.outcome(), made.result()), teller, CLOSED);
    }

    private void giveUp(long key) {
        Held held = taken(key);
        receiver.ended(held, held.call(), ConnectionEnding.UNKNOWN);
    }

    private void told(Held held, SyscallCall ended, SyscallCall teller, ConnectionEnding.Outcome outcome) {
        receiver.ended(
                held, ended, new ConnectionEnding(outcome, teller.syscall().name()));
    }

    private static long end(SyscallCall made, long toldNanos) {
        return Math.max(made.endNanos(), toldNanos);
    }

    private Held taken(long key) {
        return Objects.requireNonNull(pending.remove(key));
    }

    private List<Long> keys(LongPredicate which) {
        return pending.keySet().stream().filter(which::test).toList();
    }

    private static long key(SyscallCall call, int argument) {
        return ((long) call.process().pid() << Integer.SIZE) | (call.args()[argument] & UINT);
    }

    private static boolean isOf(long key, int pid) {
        return key >> Integer.SIZE == pid;
    }
}
