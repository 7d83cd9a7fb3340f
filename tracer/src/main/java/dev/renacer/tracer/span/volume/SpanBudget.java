// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.syscall.Syscall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which calls become spans if a target may only send a limited number per second. In this order: failures
 * (what anybody would call one), calls slower than the 99th percentile of their own kind, and the rest, each evenly
 * over time and over the kinds of calls: a kind is a system call, or a system call with one errno. A rare kind passes
 * completely while a common one is thinned out, and one that floods its class leaves room in it for the others. It
 * decides at once and holds no span back: what a tenth of a second brought is the forecast for the next, and a part of
 * the budget is reserved for what was not foreseen.
 *
 * <p>Time is that of the calls' ends. For one thread. The order of classes is a preference, but the number of spans is
 * a bound: in any stretch of time at most one second's worth more than the rate.
 */
public final class SpanBudget {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long TICK_NANOS = NANOS_PER_SECOND / 10;
    /** After this many ticks without a call nothing is left of a forecast. */
    private static final long FORGOTTEN = 20;
    /** Savings beyond this part of a second's worth are spent over the next second. */
    private static final double SAVED = 0.25;

    private static final double SPENDING = 0.1;
    /**
     * With this much of a second's worth left, nothing is thinned out: a target that was idle may begin with a burst.
     */
    private static final double PLENTY = 0.5;
    /** Failures and slow calls may use this much of what there is; the others are never shut out. */
    private static final double FAILURES_MOST = 0.9;

    private static final double SLOW_MOST = 0.75;
    /** Parts of a second's worth that are reserved for better classes. */
    private static final double KEPT_FROM_REST = 0.15;

    private static final double KEPT_FROM_SLOW = 0.05;
    private static final double KEPT_FROM_RARE = 0.02;

    private final int perSecond;
    private final int keptFromRest;
    private final int keptFromSlow;
    private final int keptFromRare;
    private final Flows failures = new Flows();
    private final Flows slow = new Flows();
    private final Flows rest = new Flows();
    private final IdentityHashMap<Syscall, Kinds> calls = new IdentityHashMap<>();
    /** Shared by all numbers that no table knows: a program may use any. */
    private final Kinds unknown = new Kinds();

    private double tokens;
    private long nowNanos;
    private long tickNanos;

    /**
     * Begins with a second's worth.
     *
     * @param perSecond  at least 1
     */
    public SpanBudget(int perSecond) {
        if (perSecond < 1) {
            throw new IllegalArgumentException(
                    "a budget of " + perSecond + " spans/s is too small: it must be at least 1");
        }
        this.perSecond = perSecond;
        this.keptFromRest = (int) (perSecond * KEPT_FROM_REST);
        this.keptFromSlow = (int) (perSecond * KEPT_FROM_SLOW);
        this.keptFromRare = (int) (perSecond * KEPT_FROM_RARE);
        this.tokens = perSecond;
    }

    /**
     * Whether the call becomes a span; if so, it is charged to the budget.
     *
     * @param isFailure  whether anybody would call it a failure
     */
    public boolean admits(SyscallCall call, boolean isFailure) {
        advance(call.endNanos());
        Kinds kinds = call.syscall().known() ? kinds(call.syscall()) : unknown;
        boolean isSlow = kinds.durations.isSlow(call.durationNanos());
        boolean wanted = isFailure
                ? failures.wants(kinds.failure(call.errno()), keptFromRare, 0)
                : isSlow
                        ? slow.wants(kinds.slow(), keptFromSlow, keptFromRare)
                        : rest.wants(kinds.rest(), keptFromRest, keptFromRare);
        if (wanted) {
            tokens--;
        }
        return wanted;
    }

    /** Charges a span that is made in any case; what is missing is saved up for afterwards. */
    public void charge(long endNanos) {
        advance(endNanos);
        tokens--;
    }

    /** Without a lambda for the case that there are none yet: it would be created anew for each call. */
    private Kinds kinds(Syscall syscall) {
        Kinds known = calls.get(syscall);
        if (known == null) {
            known = new Kinds();
            calls.put(syscall, known);
        }
        return known;
    }

    private void advance(long endNanos) {
        if (nowNanos == 0) {
            nowNanos = endNanos;
            tickNanos = endNanos;
        }
        long elapsed = endNanos - nowNanos;
        if (elapsed <= 0) {
            return; // told late
        }
        nowNanos = endNanos;
        tokens = Math.min(
                perSecond, tokens + (double) Math.min(elapsed, NANOS_PER_SECOND) * perSecond / NANOS_PER_SECOND);
        long ticks = (nowNanos - tickNanos) / TICK_NANOS;
        if (ticks > 0) {
            tickNanos += ticks * TICK_NANOS;
            forecast(ticks);
        }
    }

    /** Divides the budget of a tick among the classes, and within each class among the kinds. */
    private void forecast(long ticks) {
        double room = Math.max(
                0, (double) perSecond * TICK_NANOS / NANOS_PER_SECOND + (tokens - SAVED * perSecond) * SPENDING);
        room -= failures.share(room * FAILURES_MOST, ticks);
        room -= slow.share(room * SLOW_MOST, ticks);
        rest.share(room, ticks);
    }

    /** The kinds of calls of one class. */
    private final class Flows {
        private final List<Flow> flows = new ArrayList<>();
        /** The maximum for each kind in a tick. */
        private double most = Double.MAX_VALUE;

        Flow open() {
            Flow flow = new Flow();
            flows.add(flow);
            return flow;
        }

        /**
         * Whether the next call of this kind is wanted.
         *
         * @param kept         what others may need; must not be used
         * @param keptOfRare   the same, if the kind is rare
         */
        boolean wants(Flow flow, int kept, int keptOfRare) {
            flow.seen++;
            boolean rare = flow.seen == 1 && flow.expected < 1;
            flow.credit = Math.min(2, flow.credit + Math.min(1, most / Math.max(flow.expected, (double) flow.seen)));
            boolean plenty = tokens >= PLENTY * perSecond;
            if (!(rare || plenty || flow.credit >= 1) || tokens < 1 + (rare ? keptOfRare : kept)) {
                return false;
            }
            flow.credit = Math.max(0, flow.credit - 1);
            return true;
        }

        /**
         * Finds the greatest number that each kind may have so that together they stay within the room, judging by what
         * they had recently.
         *
         * @return how much of it they will use
         */
        double share(double room, long ticks) {
            flows.forEach(flow -> flow.tick(ticks));
            List<Double> expected = flows.stream()
                    .map(flow -> flow.expected)
                    .filter(some -> some > 0)
                    .sorted()
                    .toList();
            double left = room;
            int kinds = expected.size();
            for (double some : expected) {
                if (some * kinds > left) {
                    most = left / kinds;
                    return room;
                }
                left -= some;
                kinds--;
            }
            most = Math.max(1, left);
            return room - left;
        }
    }

    /** The calls of one kind. */
    private static final class Flow {
        private long seen;
        private double expected;
        private double credit = 1;

        void tick(long ticks) {
            expected = ticks > FORGOTTEN ? 0 : (expected + seen) / 2 / (1L << (ticks - 1));
            seen = 0;
            if (expected < 0.01) {
                expected = 0;
                credit = 1;
            }
        }
    }

    /** What is known about one system call. */
    private final class Kinds {
        private final CallDurations durations = new CallDurations();
        private final Map<Integer, Flow> failed = new HashMap<>();
        private final Flow slowly = slow.open();
        private final Flow others = rest.open();

        Flow failure(int errno) {
            return failed.computeIfAbsent(errno, _ -> failures.open());
        }

        Flow slow() {
            return slowly;
        }

        Flow rest() {
            return others;
        }
    }
}
