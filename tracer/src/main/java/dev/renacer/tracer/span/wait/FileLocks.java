// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.wait;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What /proc/locks says of processes that wait for another one's lock. A line is
 * {@code 1: FLOCK  ADVISORY  WRITE 708 08:01:787 0 EOF}, pid, device and inode of a held lock; {@code ->} behind the
 * number marks one that waits for the lock of that number.
 */
public final class FileLocks {
    private static final String WAITS = "->";
    private static final int PID = 3;
    private static final int FILE = 4;

    /**
     * A process waits for a lock.
     *
     * @param waiter  its pid
     * @param holder  pid of the process that has the lock
     * @param file    device and inode of the file, as /proc/locks shows them
     */
    public record Wait(int waiter, int holder, String file) {}

    private FileLocks() {}

    /** The waits in these lines; those for a lock that belongs to no one process (OFD locks) are left out. */
    public static List<Wait> waits(List<String> lines) {
        Map<String, Integer> holders = new HashMap<>();
        List<Wait> waits = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", -1);
            boolean isWait = words.length > 1 && words[1].equals(WAITS);
            int at = isWait ? 2 : 1;
            if (words.length <= at + FILE) {
                continue;
            }
            int pid = pid(words[at + PID]);
            Integer holder = holders.get(words[0]);
            if (!isWait) {
                holders.put(words[0], pid);
            } else if (holder != null && holder > 0 && pid > 0) {
                waits.add(new Wait(pid, holder, words[at + FILE]));
            }
        }
        return waits;
    }

    private static int pid(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
