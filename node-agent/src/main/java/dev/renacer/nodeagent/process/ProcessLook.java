// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

/** Looks at a process that began a moment ago. */
@FunctionalInterface
public interface ProcessLook {
    /** What a look at a process shows. */
    enum Outcome {
        /** It does not exist yet, or has ended. */
        ABSENT,
        /** It is of no interest, now or later. */
        SETTLED,
        /** It may yet become a container's. */
        YOUNG
    }

    /**
     * Looks at a process.
     *
     * @param pid    ID of a process, or of one of its other threads
     * @param first  whether this is the first look at it
     */
    Outcome at(int pid, boolean first);
}
