// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

/** For whom a look is told: by which numbers threads and processes are known there, and whose names may be told at all. */
public interface Viewpoint {
    /** That of whoever looks: all that is visible may be told, by the numbers of this PID namespace. */
    Viewpoint OWN = new Viewpoint() {
        @Override
        public boolean mayName(int pid) {
            return true;
        }

        @Override
        public String number(int pid, int tid) {
            return Integer.toString(tid);
        }
    };

    /** Whether a process may be named: others are known to exist, and nothing more is told of them. */
    boolean mayName(int pid);

    /**
     * The number of a thread, in a text; a process has that of its first thread.
     *
     * @param pid  of its process, in this PID namespace, like the next one
     */
    String number(int pid, int tid);
}
