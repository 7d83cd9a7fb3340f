// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import dev.renacer.tracer.ThreadTime;

/**
 * A stretch of a thread's life, split without rest: the figures are nanoseconds, none is negative, and their sum is the
 * length of the stretch.
 *
 * @param cpu        on a CPU, less what the tracer's stops took of it
 * @param runnable   ready to run, and on no CPU
 * @param throttled  likewise, since a quota was used up
 * @param blocked    waiting for something else; of a thread that ended unread all that it cannot have run
 * @param tracer     stopped by the tracer, waking it and being woken by it
 * @param unknown    not known, since the thread ended before the scheduler could be asked
 */
record Split(long cpu, long runnable, long throttled, long blocked, long tracer, long unknown) {
    /**
     * Splits a stretch. The clocks of tracer and scheduler are read one after the other, and what stops cost is
     * estimated, so parts may exceed the whole by little; those that are measured come before those that are estimated.
     */
    static Split of(ThreadTime time) {
        long wall = time.wallNanos();
        long stopped = Math.min(time.stoppedNanos(), wall);
        if (!time.read()) {
            long unknown = Math.min(time.ranNanos(), wall - stopped);
            return new Split(0, 0, 0, wall - stopped - unknown, stopped, unknown);
        }
        long ran = Math.min(time.ranNanos(), wall - stopped);
        long delayed = Math.min(time.delayedNanos(), wall - stopped - ran);
        long rest = wall - stopped - ran - delayed;
        long throttled = Math.min(time.throttledNanos(), delayed);
        long late = Math.min(time.lateNanos(), rest);
        long waking = Math.min(time.wakingNanos(), delayed - throttled);
        long overhead = Math.min(time.overheadNanos(), ran);
        return new Split(
                ran - overhead,
                delayed - throttled - waking,
                throttled,
                rest - late,
                stopped + late + waking + overhead,
                0);
    }
}
