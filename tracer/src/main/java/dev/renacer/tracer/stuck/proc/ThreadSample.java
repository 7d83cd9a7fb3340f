// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One look at a thread.
 *
 * @param takenNanos      when, in the time of {@link System#nanoTime}
 * @param kernelFunction  in which the kernel lets it wait (wchan); empty: none, or not shown
 * @param kernelStack     innermost first; empty: not shown
 * @param lastRanNanos    when it was last on a CPU, in the scheduler's clock of that CPU (se.exec_start of
 *     /proc/TID/sched, which a kernel has with CONFIG_SCHED_DEBUG); empty: not shown
 * @param cpu             the CPU it last ran on
 * @param ranNanos        how long it has run; 0 if the kernel does not count that
 * @param delayedNanos    how long it has waited for a CPU, likewise
 */
public record ThreadSample(
        int tid,
        long takenNanos,
        ThreadStatus status,
        ThreadCall call,
        String kernelFunction,
        List<String> kernelStack,
        OptionalLong lastRanNanos,
        OptionalInt cpu,
        long ranNanos,
        long delayedNanos) {
    private static final String EXEC_START = "se.exec_start";
    /** The field of /proc/PID/stat, counted from that of the state, and that field itself. */
    private static final int CPU = 39 - 3;

    public ThreadSample {
        kernelStack = List.copyOf(kernelStack);
    }

    /** Looks at a thread; empty if it is gone. */
    public static Optional<ThreadSample> take(ProcFiles files, int pid, int tid) {
        Optional<String> status = files.read(pid, tid, "status");
        if (status.isEmpty()) {
            return Optional.empty();
        }
        String[] times = files.read(pid, tid, "schedstat").orElse("").strip().split(" ", -1);
        String function = files.read(pid, tid, "wchan").orElse("").strip();
        return Optional.of(new ThreadSample(
                tid,
                System.nanoTime(),
                ThreadStatus.parse(status.get()).named(files::shown),
                files.read(pid, tid, "syscall").map(ThreadCall::parse).orElseGet(ThreadCall.Unknown::new),
                function.equals("0") ? "" : function,
                kernelStack(files.read(pid, tid, "stack").orElse("")),
                lastRan(files.read(pid, tid, "sched").orElse("")),
                cpu(files.read(pid, tid, "stat").orElse("")),
                number(times, 0),
                number(times, 1)));
    }

    /** Lines such as {@code [<0>] hrtimer_nanosleep+0xb5/0x130}. */
    static List<String> kernelStack(String text) {
        return text.lines()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .filter(line -> line.indexOf('+') > 0)
                .map(line -> line.substring(0, line.indexOf('+')))
                .toList();
    }

    /** {@code se.exec_start : 13410130.312718}: milliseconds, and six digits behind the point. */
    static OptionalLong lastRan(String text) {
        int at = text.indexOf(EXEC_START);
        int colon = at < 0 ? -1 : text.indexOf(':', at);
        int end = colon < 0 ? -1 : text.indexOf('\n', colon);
        if (end < 0) {
            return OptionalLong.empty();
        }
        try {
            long nanos = Long.parseLong(text.substring(colon + 1, end).strip().replace(".", ""));
            return nanos == 0 ? OptionalLong.empty() : OptionalLong.of(nanos); // 0: just moved to another CPU
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    static OptionalInt cpu(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length > CPU ? OptionalInt.of((int) number(fields, CPU)) : OptionalInt.empty();
    }

    private static long number(String[] words, int index) {
        try {
            return index < words.length ? Long.parseLong(words[index]) : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
