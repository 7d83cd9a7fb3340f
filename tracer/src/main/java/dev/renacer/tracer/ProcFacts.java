// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What /proc says about a process; if it is gone, only its pid.
 *
 * @param vpid        pid inside its own PID namespace
 * @param parentPid   0 if unknown
 * @param comm        the kernel's name of it
 * @param executable  path as the target sees it
 * @param created     when the kernel created it
 */
record ProcFacts(
        int vpid, int parentPid, Optional<String> comm, Optional<String> executable, Optional<Instant> created) {
    private static final String BOOTED = "btime ";
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Of what {@code /proc/PID/stat} counts in (USER_HZ), on every architecture that we run on. */
    private static final long NANOS_PER_TICK = 10_000_000;
    /** Of the start in {@code /proc/PID/stat} (proc_pid_stat(5): field 22), counted from behind the name. */
    private static final int START = 19;

    /** Read once, since a clock that is set later changes it. */
    private static final Optional<Long> BOOT_SECONDS = lines(Path.of("/proc/stat")).stream()
            .filter(line -> line.startsWith(BOOTED))
            .map(line -> Long.valueOf(line.substring(BOOTED.length()).strip()))
            .findFirst();

    /**
     * The time of a moment after boot. The time of boot is known to the second, as {@code /proc/stat} has it: who looks at
     * the process by other means, like a Collector on the node, finds the same.
     *
     * @param bootNanos  nanoseconds since boot; 0: unknown
     */
    static Optional<Instant> created(long bootNanos) {
        return BOOT_SECONDS
                .filter(_ -> bootNanos > 0)
                .map(boot -> Instant.ofEpochSecond(boot).plusMillis(bootNanos / NANOS_PER_MILLI));
    }

    static ProcFacts read(int pid) {
        Path folder = Path.of("/proc", Integer.toString(pid));
        List<String> status = lines(folder.resolve("status"));
        int vpid = field(status, "NSpid:")
                .map(pids -> pids.substring(pids.lastIndexOf('\t') + 1))
                .map(Integer::valueOf)
                .orElse(pid);
        return new ProcFacts(
                vpid,
                field(status, "PPid:").map(Integer::valueOf).orElse(0),
                field(status, "Name:"),
                link(folder.resolve("exe")),
                created(NANOS_PER_TICK * startTicks(folder)));
    }

    /** In clock ticks since boot; 0: unknown. */
    private static long startTicks(Path folder) {
        List<String> stat = lines(folder.resolve("stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        String line = String.join("\n", stat); // a name may have lines
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return fields.length > START ? Long.parseLong(fields[START]) : 0;
    }

    private static Optional<String> field(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // the process is gone, or its name is not UTF-8: nothing is known then
        }
    }

    private static Optional<String> link(Path file) {
        try {
            return Optional.of(Files.readSymbolicLink(file).toString());
        } catch (IOException e) {
            return Optional.empty(); // gone, or a kernel that refuses: the comm names it
        }
    }
}
