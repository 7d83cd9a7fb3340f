// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import dev.renacer.tracer.ThreadTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one thread since the last stretch that was told: its calls. When the next stretch is told, the time in
 * which it was blocked is given to them. That of a long last call is known; what is left is given to the others by their
 * lengths, and what they were too short for to none.
 */
final class ThreadAccount {
    /** A call, or several that wait for the same kind of thing. */
    private static final class Waited {
        private final CallWait wait;
        private final long endNanos;
        private long nanos;

        Waited(CallWait wait, long endNanos, long nanos) {
            this.wait = wait;
            this.endNanos = endNanos;
            this.nanos = nanos;
        }
    }

    /** Beyond that, the calls since the last stretch have no targets. */
    private static final int MOST = 256;

    private final long[] shortNanos = new long[BlockedOn.COUNT];
    private final List<Waited> named = new ArrayList<>();
    /** A stretch whose last call was not delivered yet. */
    private Optional<ThreadTime> open = Optional.empty();

    /** A call has returned. Where its time went, if it was long. */
    Optional<CallTime> called(TimeSums sums, CallWait wait, long nanos, long endNanos) {
        if (open.isPresent()) {
            ThreadTime time = open.get();
            open = Optional.empty();
            if (time.endNanos() == endNanos) {
                return Optional.of(settle(sums, time, wait));
            }
            settle(sums, time, unseen(time));
        }
        if (wait.target().isPresent() && named.size() < MOST) {
            named.add(new Waited(wait, endNanos, nanos));
        } else {
            shortNanos[wait.on().index()] += nanos;
        }
        return Optional.empty();
    }

    /** A stretch is told. */
    void told(TimeSums sums, ThreadTime time) {
        settle(sums);
        if (time.lastCallNanos() == 0) {
            settle(sums, time, CallWait.of(BlockedOn.OTHER));
            return;
        }
        if (!named.isEmpty() && named.getLast().endNanos == time.endNanos()) {
            settle(sums, time, named.removeLast().wait);
        } else {
            open = Optional.of(time);
        }
    }

    /** No more will come. */
    void settle(TimeSums sums) {
        open.ifPresent(time -> settle(sums, time, unseen(time)));
        open = Optional.empty();
    }

    private static CallWait unseen(ThreadTime time) {
        return CallWait.of(time.lastCall().map(CallWaits::unseen).orElse(BlockedOn.UNSEEN));
    }

    private CallTime settle(TimeSums sums, ThreadTime time, CallWait last) {
        Split split = Split.of(time);
        sums.add(time.startNanos(), time.wallNanos(), split);
        long inLast = Math.min(split.blocked(), time.lastCallNanos());
        sums.addBlocked(last, inLast);
        sums.addHeld(time.lockOwner(), inLast);
        long rest = split.blocked() - inLast;
        long seen = 0;
        for (Waited call : named) {
            seen += call.nanos;
        }
        for (long nanos : shortNanos) {
            seen += nanos;
        }
        long all = Math.max(seen, time.inCallsNanos() - time.lastCallNanos());
        long given = 0;
        if (rest > 0 && all > 0) {
            double part = Math.min(1, (double) rest / all);
            for (Waited call : named) {
                given += give(sums, call.wait, part * call.nanos);
            }
            for (int kind = 0; kind < shortNanos.length; kind++) {
                given += give(sums, CallWait.of(kind), part * shortNanos[kind]);
            }
            given += give(sums, CallWait.of(BlockedOn.UNSEEN), part * (all - seen));
        }
        BlockedOn outside = time.unseenCalls() ? BlockedOn.UNSEEN : BlockedOn.OTHER;
        sums.addBlocked(CallWait.of(outside), rest - given);
        named.clear();
        Arrays.fill(shortNanos, 0);
        return CallTime.of(time, split, inLast, last.on());
    }

    private static long give(TimeSums sums, CallWait wait, double nanos) {
        long whole = (long) nanos;
        sums.addBlocked(wait, whole);
        return whole;
    }
}
