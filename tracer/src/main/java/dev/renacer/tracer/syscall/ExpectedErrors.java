// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Results that the kernel reports as errors but nobody would call one, from expected-errors.tsv. */
public final class ExpectedErrors {
    private static final String ANY = "*";
    private static final Map<Integer, Set<String>> CALLS = new HashMap<>();

    static {
        for (String[] row : DataTable.rows("expected-errors.tsv")) {
            int errno = ErrnoNames.number(row[1]);
            CALLS.computeIfAbsent(errno, _ -> new HashSet<>()).add(row[0]);
        }
    }

    private ExpectedErrors() {}

    /**
     * Whether this errno means "would block", "interrupted", "no terminal" or "time is up" rather than that the call
     * failed.
     */
    public static boolean contains(String call, int errno) {
        if (ErrnoNames.isRestart(errno)) {
            return true;
        }
        Set<String> calls = CALLS.get(errno);
        return calls != null && (calls.contains(ANY) || calls.contains(call));
    }
}
