// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import dev.renacer.tracer.ThreadTime;

/**
 * Where the time of one long call went, in nanoseconds.
 *
 * @param cpu        on a CPU
 * @param runnable   ready to run, and on none
 * @param throttled  likewise, since a quota was used up
 * @param blocked    waiting
 * @param on         for what
 * @param lockOwner  the thread that held the lock it waited for, as the program numbers its threads; 0: none, or not known
 */
public record CallTime(long cpu, long runnable, long throttled, long blocked, BlockedOn on, int lockOwner) {
    /**
     * That of the call at the end of a stretch. The stretch may have begun before it, with what was too short to be
     * looked at; what the call was not blocked for is then split as that of the whole stretch is.
     */
    static CallTime of(ThreadTime time, Split split, long blocked, BlockedOn on) {
        long running = time.lastCallNanos() - blocked;
        long all = split.cpu() + split.runnable() + split.throttled();
        double part = all == 0 ? 0 : Math.min(1, (double) running / all);
        return new CallTime(
                (long) (part * split.cpu()),
                (long) (part * split.runnable()),
                (long) (part * split.throttled()),
                blocked,
                on,
                time.lockOwner());
    }
}
