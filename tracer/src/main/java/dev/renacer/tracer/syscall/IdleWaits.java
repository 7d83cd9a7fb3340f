// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.Set;
import java.util.stream.Collectors;

/** Calls in which threads and event loops wait for something to do, from idle-waits.tsv: their length does not mean slowness. */
public final class IdleWaits {
    private static final Set<String> CALLS =
            DataTable.rows("idle-waits.tsv").stream().map(row -> row[0]).collect(Collectors.toSet());
    private static final Set<String> POLLS = Set.of("poll", "ppoll");

    private IdleWaits() {}

    /**
     * Whether a call was such a wait. A poll of one descriptor that became ready waited for that one, as database
     * clients do for an answer, and does not count.
     *
     * @param args    its argument registers
     * @param result  what it returned
     */
    public static boolean contains(Syscall call, long[] args, long result) {
        if (!CALLS.contains(call.name())) {
            return false;
        }
        return !POLLS.contains(call.name()) || args[1] != 1 || result <= 0;
    }
}
