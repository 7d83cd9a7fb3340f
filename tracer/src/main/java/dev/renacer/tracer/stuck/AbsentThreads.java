// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.tracer.stuck.proc.ProcFiles;
import java.util.Optional;
import java.util.Set;

/**
 * What can be said of a thread that a process names as the owner of a lock, and that is none of its threads.
 *
 * @param files        of the process
 * @param tids         the threads that were found, in this PID namespace
 * @param sameNumbers  whether the process numbers threads as this PID namespace does
 */
record AbsentThreads(ProcFiles files, int pid, Set<Integer> tids, boolean sameNumbers) {
    /** The largest number of a thread (proc_sys_kernel(5), pid_max: 2^22). */
    private static final int MOST_TID = 1 << 22;

    /**
     * The end of a sentence about a lock: who holds it. Empty if the number is none of a thread, or if a thread has begun since
     * they were listed, which may be this one.
     *
     * @param owner   as the process numbers it
     * @param shared  whether other processes may hold the lock, too
     */
    Optional<String> holder(int owner, boolean shared) {
        if (owner <= 0 || owner > MOST_TID || !tids.containsAll(files.threads(pid))) {
            return Optional.empty();
        }
        String who = " that thread " + owner + " holds, which ";
        if (shared) {
            return Optional.of(who + "is none of this process");
        }
        boolean ended = sameNumbers && files.read(owner, "status").isEmpty();
        return Optional.of(
                ended
                        ? who + "has ended without unlocking it"
                        : who
                                + "is none of this process: it has ended without unlocking it, or held it when this process"
                                + " was forked");
    }
}
