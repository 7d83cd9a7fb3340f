// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices processes a few ms after they begin: every 3 ms, and every ms after one has begun, one small read shows
 * whether the kernel has given out a process ID, and only the new ones are looked at. If many begin over a long time it
 * does not keep up: then it looks less often, and the look at all processes, once a second, finds what it missed. Runs
 * on a thread of its own from the start to {@link #close()}.
 */
public final class ProcessWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessWatch.class);
    private static final long PERIOD_NANOS = Duration.ofMillis(3).toNanos();
    /**
     * While something begins: when a runtime executes a command in a container, the first process exists 20 ms before
     * the last one.
     */
    private static final long BUSY_PERIOD_NANOS = Duration.ofMillis(1).toNanos();

    private static final long BUSY_FOR_NANOS = Duration.ofMillis(50).toNanos();
    /**
     * In the long run it may take one look per this many ns, which is several times the duration of such a look.
     * Measured durations would be longer on a busy machine, but that is no reason to look less often.
     */
    private static final long NANOS_A_LOOK = 180_000;
    /**
     * How many ns of looks it may save up: a container's start takes a hundred IDs and more within some ten ms, most of
     * them for threads of its runtime, and that is when it must not be late.
     */
    private static final long MOST_SAVED = 2_000 * NANOS_A_LOOK;

    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final Path procfs;
    private final ProcessLook look;
    private final YoungProcesses young = new YoungProcesses();
    private final Thread thread;
    private volatile boolean closed;
    private boolean failing;

    /**
     * @param procfs     where procfs is mounted
     * @param look    looks at a process or thread; called on this watch's thread
     */
    public ProcessWatch(Path procfs, ProcessLook look) {
        this.procfs = procfs;
        this.look = look;
        this.thread =
                Thread.ofPlatform().name("renacer-new-processes").daemon(true).unstarted(this::run);
    }

    /** Begins to watch; to be called once. */
    public void start() {
        thread.start();
    }

    /** Ends the watch; returns at once. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try (NewPids pids = new NewPids(procfs)) {
                watch(pids);
            } catch (IOException | RuntimeException | Error e) {
                if (!failing) {
                    // The look at all processes, once a second, continues without it.
                    LOG.error("new processes cannot be noticed at once; retrying every second", e);
                }
                failing = true;
                pause(AFTER_A_FAILURE.toNanos());
            }
        }
    }

    private void watch(NewPids pids) throws IOException {
        long saved = MOST_SAVED;
        long before = System.nanoTime();
        long busyUntil = before;
        while (!closed) {
            long start = System.nanoTime();
            int[] fresh = pids.next().toArray();
            for (int pid : fresh) {
                young.add(pid, start);
            }
            busyUntil = fresh.length > 0 ? start + BUSY_FOR_NANOS : busyUntil;
            int looks = young.look(start, look);
            failing = false;
            saved = Math.min(MOST_SAVED, saved + start - before) - looks * NANOS_A_LOOK;
            before = start;
            long period = start < busyUntil ? BUSY_PERIOD_NANOS : PERIOD_NANOS;
            pause(Math.max(period - (System.nanoTime() - start), -saved));
        }
    }

    private void pause(long nanos) {
        if (!closed) {
            LockSupport.parkNanos(this, nanos);
        }
    }
}
