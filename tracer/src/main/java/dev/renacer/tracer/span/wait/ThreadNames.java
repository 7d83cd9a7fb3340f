// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.wait;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.redact.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the threads are called, as their programs have named them ({@code pthread_setname_np}). A thread's name is read
 * from /proc at its first call, after it has named itself, and again once a second, since another thread may name it:
 * the traced program has gone on by then and does not notice. For the consumer thread.
 */
public final class ThreadNames {
    /** Reads a name, as {@link ByteText}; empty if the thread is gone. */
    @FunctionalInterface
    public interface Source {
        /** The name that this thread has now. */
        Optional<String> name(int pid, int tid);
    }

    private static final long FRESH_NANOS = 1_000_000_000;
    private static final long PR_SET_NAME = 15;

    private record Known(int pid, int tid, Optional<String> name, long readNanos) {}

    private final Source source;
    private final LongSupplier nanos;
    private final Map<Integer, Map<Integer, Known>> byProcess = new HashMap<>();
    /** What was asked for last; null: look it up. */
    private @Nullable Known recent;

    /**
     * Those of this machine.
     *
     * @param redactor  takes the secrets out of a name: a program may write anything there
     */
    public ThreadNames(Redactor redactor) {
        this(ofThisMachine(redactor), System::nanoTime);
    }

    /** Reads the names of this machine's threads, without the secrets in them. */
    public static Source ofThisMachine(Redactor redactor) {
        return (pid, tid) -> read(pid, tid).map(redactor::text).map(ByteText::decode);
    }

    /**
     * Those that another source knows.
     *
     * @param nanos  a clock that runs steadily
     */
    public ThreadNames(Source source, LongSupplier nanos) {
        this.source = source;
        this.nanos = nanos;
    }

    /** The name of the thread that has made this call; empty if it was gone before its name could be read. */
    public Optional<String> of(SyscallCall call) {
        int pid = call.process().pid();
        int tid = call.tid();
        long now = nanos.getAsLong();
        Known known = recent;
        if (known == null || known.tid() != tid || known.pid() != pid) {
            known = byProcess.computeIfAbsent(pid, _ -> new HashMap<>()).get(tid);
        }
        if (known == null || now - known.readNanos() >= FRESH_NANOS || renames(call)) {
            Optional<String> read = source.name(pid, tid);
            known = new Known(pid, tid, read.isPresent() || known == null ? read : known.name(), now);
            byProcess.computeIfAbsent(pid, _ -> new HashMap<>()).put(tid, known);
        }
        recent = known;
        return known.name();
    }

    /** Forgets what has ended or has changed. */
    public void onEvent(TraceEvent event) {
        recent = null;
        switch (event) {
            case TraceEvent.ThreadExited exited -> {
                Map<Integer, Known> threads = byProcess.get(exited.process().pid());
                if (threads != null) {
                    threads.remove(exited.tid());
                }
            }
            case TraceEvent.ProgramExecuted executed ->
                byProcess.remove(executed.process().pid());
            case TraceEvent.ProcessExited exited ->
                byProcess.remove(exited.process().pid());
            case TraceEvent.ProcessDetached detached ->
                byProcess.remove(detached.process().pid());
            default -> {
                // Names stay what they are.
            }
        }
    }

    private static boolean renames(SyscallCall call) {
        return call.args()[0] == PR_SET_NAME && call.syscall().name().equals("prctl");
    }

    private static Optional<byte[]> read(int pid, int tid) {
        try {
            byte[] line =
                    Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "task", Integer.toString(tid), "comm"));
            return line.length > 1 ? Optional.of(Arrays.copyOf(line, line.length - 1)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // it is gone
        }
    }
}
