// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.syscall.Syscall;
import java.util.Optional;

/** Stretches of a thread of {@link CallFixture#PROCESS}. */
final class Times {
    static final int TID = CallFixture.PROCESS.pid();

    private final long start;
    private final long end;
    private int tid = TID;
    private long ran;
    private long delayed;
    private long throttled;
    private long stopped;
    private long inCalls;
    private long lastCall;
    private Optional<Syscall> last = Optional.empty();
    private int owner;
    private long late;
    private long waking;
    private long overhead;
    private boolean read = true;
    private boolean unseen;

    private Times(long start, long end) {
        this.start = start;
        this.end = end;
    }

    static Times between(long start, long end) {
        return new Times(start, end);
    }

    Times tid(int number) {
        tid = number;
        return this;
    }

    Times ran(long nanos) {
        ran = nanos;
        return this;
    }

    Times delayed(long nanos) {
        delayed = nanos;
        return this;
    }

    Times throttled(long nanos) {
        throttled = nanos;
        return this;
    }

    Times stopped(long nanos) {
        stopped = nanos;
        return this;
    }

    Times inCalls(long nanos) {
        inCalls = nanos;
        return this;
    }

    Times lastCall(String name, long nanos) {
        last = Optional.of(CallFixture.call(name).build().syscall());
        lastCall = nanos;
        return this;
    }

    Times owner(int thread) {
        owner = thread;
        return this;
    }

    Times stops(long untilSeen, long untilRunning, long cpu) {
        late = untilSeen;
        waking = untilRunning;
        overhead = cpu;
        return this;
    }

    Times unread() {
        read = false;
        return this;
    }

    Times unseen() {
        unseen = true;
        return this;
    }

    ThreadTime build() {
        return new ThreadTime(
                CallFixture.PROCESS,
                tid,
                start,
                end,
                ran,
                delayed,
                throttled,
                stopped,
                inCalls,
                lastCall,
                last,
                owner,
                late,
                waking,
                overhead,
                read,
                unseen);
    }
}
