// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.syscall.Syscall;
import java.util.Optional;

/**
 * Where the time of a thread went in a stretch of its life: the stretches of a thread follow each other without a gap.
 * One is told before the call at whose end it ends. All figures are nanoseconds, sums over the stretch. Immutable.
 *
 * @param process          whose thread it is
 * @param tid              the thread, in the tracer's PID namespace
 * @param startNanos       start, since the epoch
 * @param endNanos         end, since the epoch; never before the start
 * @param ranNanos         on a CPU, as the scheduler knows it
 * @param delayedNanos     ready to run and on no CPU, likewise
 * @param throttledNanos   of that, at most this since a quota of its cgroup was used up
 * @param stoppedNanos     in stops of the tracer, from when they were seen until the thread was resumed
 * @param inCallsNanos     in system calls, whether or not they were asked for, without those stops
 * @param lastCallNanos    likewise in the last call, if it ended with the stretch and was long; otherwise 0
 * @param lastCall         which call that was
 * @param lockOwner        if that call waited for a lock: the thread that held it when it began, as the program numbers its
 *     threads; 0: none, or not known
 * @param lateNanos        how long it took, as estimated, until stops were seen
 * @param wakingNanos      how long it took, as estimated, until the thread ran again after stops; in the delay
 * @param overheadNanos    CPU time that stops took, as estimated
 * @param read             whether the scheduler could be asked; if not, {@code ranNanos} is the most that the thread can
 *     have run, and {@code delayedNanos} and {@code throttledNanos} are 0 and not known
 * @param unseenCalls      whether calls were made that {@code inCallsNanos} does not have
 */
public record ThreadTime(
        TracedProcess process,
        int tid,
        long startNanos,
        long endNanos,
        long ranNanos,
        long delayedNanos,
        long throttledNanos,
        long stoppedNanos,
        long inCallsNanos,
        long lastCallNanos,
        Optional<Syscall> lastCall,
        int lockOwner,
        long lateNanos,
        long wakingNanos,
        long overheadNanos,
        boolean read,
        boolean unseenCalls) {

    /** How long the stretch was. */
    public long wallNanos() {
        return endNanos - startNanos;
    }
}
