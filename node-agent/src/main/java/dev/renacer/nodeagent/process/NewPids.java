// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.renacer.crds.UserText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * The process IDs that the kernel has given out since the last look, without a list of all processes: the fifth field of
 * {@code /proc/loadavg} is the newest one of the reader's PID namespace (proc_loadavg(5)), and they are given out in
 * ascending order, starting again from the first after the largest. Threads take such IDs too, and some IDs in a range
 * belong to old processes. Not thread-safe.
 */
final class NewPids implements AutoCloseable {
    /** The maximum for one look, the newest: more than a machine starts in the few ms between two looks. */
    static final int MOST = 4096;

    /**
     * After the largest one the kernel starts again here: lower ones are reserved for system start (RESERVED_PIDS of
     * pid.h).
     */
    private static final int FIRST_AGAIN = 300;

    private final Path largest;
    private final FileChannel loadavg;
    private final ByteBuffer buffer = ByteBuffer.allocate(128);
    private int last;

    /**
     * Begins with the IDs given out from now on.
     *
     * @param procfs  where procfs is mounted
     * @throws IOException if it cannot be read
     */
    NewPids(Path procfs) throws IOException {
        this.largest = procfs.resolve("sys/kernel/pid_max");
        this.loadavg = FileChannel.open(procfs.resolve("loadavg"));
        try {
            this.last = newest();
        } catch (IOException e) {
            loadavg.close();
            throw e;
        }
    }

    /**
     * The IDs given out since the last call, oldest first; at most {@link #MOST}.
     *
     * @throws IOException if procfs cannot be read
     */
    IntStream next() throws IOException {
        int before = last;
        last = newest();
        return last >= before ? since(before, last, 0) : since(before, last, largest());
    }

    /**
     * The IDs after {@code before} up to {@code now}.
     *
     * @param largest  the end of the first part if {@code now} is lower, because IDs started again
     */
    static IntStream since(int before, int now, int largest) {
        if (now >= before) {
            return IntStream.rangeClosed(Math.max(before + 1, now - MOST + 1), now);
        }
        int newer = Math.max(0, now - FIRST_AGAIN + 1);
        int older = Math.max(0, Math.min(largest - 1 - before, MOST - newer));
        return IntStream.concat(
                IntStream.range(largest - older, largest),
                IntStream.rangeClosed(Math.max(FIRST_AGAIN, now - MOST + 1), now));
    }

    private int largest() throws IOException {
        return number(Files.readString(largest, ISO_8859_1).strip());
    }

    private int newest() throws IOException {
        buffer.clear();
        int length = loadavg.read(buffer, 0);
        String text = length <= 0 ? "" : new String(buffer.array(), 0, length, ISO_8859_1).strip();
        return number(text.substring(text.lastIndexOf(' ') + 1));
    }

    private static int number(String text) throws IOException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("procfs says '" + UserText.printable(text) + "' where a number is expected", e);
        }
    }

    @Override
    public void close() throws IOException {
        loadavg.close();
    }
}
