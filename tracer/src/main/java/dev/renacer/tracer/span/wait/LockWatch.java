// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.wait;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows who held the lock of a file that a traced process had to wait for. When such a call is reported the wait is over
 * and the holder gone, so /proc/locks is read ten times a second while there is something to trace: off the path of the
 * traced programs, and at some ten microseconds each. A wait that is shorter may have no holder. The methods are for the
 * consumer thread, which also is the one that ends it.
 */
public final class LockWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LockWatch.class);
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;
    private static final int SETLKW = 7;
    private static final int SETLKW64 = 14;
    private static final Set<String> FCNTL = Set.of("fcntl", "fcntl64");

    /** Sightings of a process that are kept; a call is reported soon after its last one. */
    private static final int MOST = 32;

    /**
     * What /proc/locks said once of a waiting process.
     *
     * @param fromNanos  just before it was read, in nanoseconds since the epoch
     * @param toNanos    just after
     */
    private record Sighting(FileLocks.Wait seen, long fromNanos, long toNanos) {
        boolean within(SyscallCall call) {
            return fromNanos >= call.startNanos() && toNanos <= call.endNanos();
        }
    }

    private final LongSupplier epochNanos;
    private final Map<Integer, List<Sighting>> byWaiter = new ConcurrentHashMap<>();
    /** What is traced: pid and name. */
    private final Map<Integer, String> traced = new ConcurrentHashMap<>();

    /** Where the locks are read; empty: nowhere. */
    private final Optional<Path> source;

    private boolean started;
    private volatile Optional<String> obstacle = Optional.empty();
    private volatile boolean missed;
    private volatile boolean ended;

    /**
     * Looks at this machine's locks, from the first process on.
     *
     * @param epochNanos  the time now, in nanoseconds since the epoch
     */
    public static LockWatch ofThisMachine(LongSupplier epochNanos) {
        return new LockWatch(epochNanos, Optional.of(LOCKS));
    }

    /** Sees nothing. */
    public static LockWatch blind() {
        return new LockWatch(() -> 0, Optional.empty());
    }

    LockWatch(LongSupplier epochNanos, Optional<Path> source) {
        this.epochNanos = epochNanos;
        this.source = source;
    }

    /** Looks no more. */
    public void end() {
        ended = true;
    }

    /** Takes note of who is traced. */
    public void onEvent(TraceEvent event) {
        int pid = event.process().pid();
        switch (event) {
            case TraceEvent.ProcessStarted begun -> {
                traced.put(pid, begun.process().name());
                start();
            }
            case TraceEvent.ProgramExecuted executed ->
                traced.put(pid, executed.process().name());
            case TraceEvent.ProcessExited _, TraceEvent.ProcessDetached _ -> {
                traced.remove(pid);
                byWaiter.remove(pid);
            }
            default -> {
                // It waits for nothing.
            }
        }
    }

    /** Whether this call may have waited for the lock of a file. */
    public static boolean waits(SyscallCall call) {
        String name = call.syscall().name();
        int command = (int) call.args()[1];
        return (name.equals("flock") && (command & (LOCK_NB | LOCK_UN)) == 0)
                || (FCNTL.contains(name) && (command == SETLKW || command == SETLKW64));
    }

    /**
     * Pid of the process that was last seen to have the lock while this call waited; empty if none was seen, or if the
     * process waited for several locks at a time.
     */
    public OptionalInt holder(SyscallCall call) {
        missed = missed || (obstacle.isPresent() && call.durationNanos() >= PERIOD_NANOS);
        List<FileLocks.Wait> waits = byWaiter.getOrDefault(call.process().pid(), List.of()).stream()
                .filter(sighting -> sighting.within(call))
                .map(Sighting::seen)
                .toList();
        return waits.stream().map(FileLocks.Wait::file).distinct().count() == 1
                ? OptionalInt.of(waits.getLast().holder())
                : OptionalInt.empty();
    }

    /**
     * Why {@link #holder} does not know whom it was asked for: the locks cannot be read. Empty as long as it was not asked for a
     * call so long that it would have been seen to wait. For any thread.
     */
    public Optional<String> failure() {
        return missed ? obstacle : Optional.empty();
    }

    /** Whether the locks cannot be read. */
    boolean isBlind() {
        return obstacle.isPresent();
    }

    /** Name of a process if that is traced, too: others are none of the reader's business. */
    public Optional<String> name(int pid) {
        return Optional.ofNullable(traced.get(pid));
    }

    private void start() {
        if (source.isPresent() && !started) {
            started = true;
            Thread.ofVirtual().name("renacer-locks").start(() -> watch(source.get()));
        }
    }

    private void watch(Path locks) {
        while (!ended) {
            try {
                long from = epochNanos.getAsLong();
                look(Files.readAllLines(locks), from, epochNanos.getAsLong());
            } catch (IOException e) {
                LOG.debug("{} cannot be read: no holders of locks are known", locks, e);
                obstacle = Optional.of(locks + " cannot be read: " + words(e));
                return;
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private static String words(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Takes over what /proc/locks said between these times, in nanoseconds since the epoch. */
    public void look(List<String> lines, long fromNanos, long toNanos) {
        for (FileLocks.Wait wait : FileLocks.waits(lines)) {
            if (traced.containsKey(wait.waiter())) {
                Sighting sighting = new Sighting(wait, fromNanos, toNanos);
                byWaiter.merge(wait.waiter(), List.of(sighting), LockWatch::latest);
            }
        }
    }

    private static List<Sighting> latest(List<Sighting> before, List<Sighting> now) {
        List<Sighting> all = new ArrayList<>(before);
        all.addAll(now);
        return List.copyOf(all.subList(Math.max(0, all.size() - MOST), all.size()));
    }
}
