// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who waits for a lock on a file, and who holds it: /proc/locks (proc_locks(5)). */
public final class FileLocks {
    /**
     * A process that waits.
     *
     * @param kind    FLOCK, POSIX (fcntl), OFDLCK or LEASE
     * @param access  READ or WRITE, as the holder has it
     * @param file    device and inode of the file, as the table writes them
     * @param waiter  pid
     * @param holder  pid; 0 or -1: of a process of another namespace, or of an open file that several may have
     */
    public record Waiting(String kind, String access, String file, int waiter, int holder) {}

    private final List<Waiting> waiting = new ArrayList<>();

    private FileLocks() {}

    /** All that this process sees. */
    public static FileLocks take(ProcFiles files) {
        return parse(files.read("locks").orElse(""));
    }

    /** The wait of a process; empty: it waits for none. */
    public Optional<Waiting> of(int pid) {
        return waiting.stream().filter(wait -> wait.waiter() == pid).findFirst();
    }

    /** {@code 1: FLOCK ADVISORY WRITE 27465 fe:00:10617036 0 EOF}, and behind it {@code 1: -> FLOCK …} of who waits. */
    static FileLocks parse(String text) {
        FileLocks locks = new FileLocks();
        String[] holder = {};
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split(" +", -1);
            boolean waits = words.length > 1 && words[1].equals("->");
            final int least = 6;
            if (words.length < least) {
                continue;
            }
            if (!waits) {
                holder = words;
            } else if (holder.length > 0) {
                locks.waiting.add(new Waiting(
                        holder[1], holder[3], holder[5], Integer.parseInt(words[5]), Integer.parseInt(holder[4])));
            }
        }
        return locks;
    }
}
