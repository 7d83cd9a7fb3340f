// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Measures the watch for new processes with as many sleeping processes beside those that run as the argument says (5000): its CPU
 * time while nothing begins and while a hundred processes begin each second, and how long after its start each is noticed.
 */
final class ProcessWatchBench {
    private static final Duration LENGTH = Duration.ofSeconds(10);
    private static final int STARTS_A_SECOND = 100;
    private static final long TICKS_A_SECOND = 100;

    private ProcessWatchBench() {}

    /** See the class. */
    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        ProcessFinder finder =
                new ProcessFinder(Path.of("/proc"), ProcessHandle.current().pid());
        ProcessFiles files = new ProcessFiles(Path.of("/proc"));
        Map<Integer, Long> noticed = new ConcurrentHashMap<>();
        try (SleepingProcesses _ = new SleepingProcesses(count);
                ProcessWatch watch = new ProcessWatch(Path.of("/proc"), (pid, first) -> {
                    noticed.putIfAbsent(pid, System.nanoTime());
                    return switch (finder.place(pid)) {
                        case ProcessFinder.Place.Gone() -> ProcessLook.Outcome.ABSENT;
                        case ProcessFinder.Place.Own(), ProcessFinder.Place.Inside _ -> ProcessLook.Outcome.SETTLED;
                        case ProcessFinder.Place.Outside() ->
                            !first
                                            || files.nature(pid)
                                                    .filter(ProcessFiles.Nature::isProcess)
                                                    .isPresent()
                                    ? ProcessLook.Outcome.YOUNG
                                    : ProcessLook.Outcome.SETTLED;
                    };
                })) {
            watch.start();
            Thread.sleep(3000); // the compiler is done
            long idle = cpuTicks();
            Thread.sleep(LENGTH.toMillis());
            System.out.printf("%d processes more, none begins: %s%n", count, percent(cpuTicks() - idle));
            long busy = cpuTicks();
            int starts = Math.toIntExact(LENGTH.toSeconds() * STARTS_A_SECOND);
            long[] started = new long[starts];
            int[] pids = new int[starts];
            long begin = System.nanoTime();
            for (int i = 0; i < starts; i++) {
                while (System.nanoTime() - begin < i * Duration.ofSeconds(1).toNanos() / STARTS_A_SECOND) {
                    Thread.sleep(1);
                }
                started[i] = System.nanoTime();
                pids[i] = Math.toIntExact(
                        new ProcessBuilder("sleep", "0.5").start().pid());
            }
            System.out.printf("%d begin each second: %s%n", STARTS_A_SECOND, percent(cpuTicks() - busy));
            Thread.sleep(1000);
            long[] delays = new long[starts];
            for (int i = 0; i < starts; i++) {
                Long at = noticed.get(pids[i]);
                delays[i] = at == null ? Long.MAX_VALUE : at - started[i];
            }
            Arrays.sort(delays);
            System.out.printf(
                    "noticed after (from before its fork) %.1f ms p50, %.1f ms p99, %.1f ms max%n",
                    delays[starts / 2] / 1e6, delays[starts * 99 / 100] / 1e6, delays[starts - 1] / 1e6);
        }
    }

    private static String percent(long ticks) {
        return "%.2f %% of one CPU".formatted(100.0 * ticks / TICKS_A_SECOND / LENGTH.toSeconds());
    }

    /** CPU time of the watch's thread, in clock ticks (fields 14 and 15 of proc_pid_stat(5)). */
    private static long cpuTicks() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).startsWith("renacer-new")) {
                    String stat = Files.readString(task.resolve("stat"));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                }
            }
        }
        throw new IllegalStateException("the watch's thread is gone");
    }
}
