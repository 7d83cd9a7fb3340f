// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.capture.CaptureStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a trace cost (--profile-self): this process itself, from its beginning to now, and the traced programs.
 *
 * @param userSeconds    CPU time of this process outside the kernel
 * @param systemSeconds  in the kernel: most of it for ptrace(2)
 * @param peakKibibytes  the most memory that it had resident
 */
public record SelfProfile(double userSeconds, double systemSeconds, long peakKibibytes) {
    /** USER_HZ, in which /proc counts on every Linux (proc_pid_stat(5)). */
    private static final double TICKS_PER_SECOND = 100;

    private static final double KIBIBYTES_PER_MEBIBYTE = 1024;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MICROS_PER_SECOND = 1e6;

    /** Fields of /proc/PID/stat behind the command's name. */
    private static final int USER = 11;

    private static final int SYSTEM = 12;

    /**
     * That of this process now.
     *
     * @throws IOException if /proc does not tell
     */
    public static SelfProfile now() throws IOException {
        Path self = Path.of("/proc/self");
        return parse(Files.readString(self.resolve("stat")), Files.readString(self.resolve("status")));
    }

    static SelfProfile parse(String stat, String status) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long peak = status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
        return new SelfProfile(
                Long.parseLong(fields[USER]) / TICKS_PER_SECOND,
                Long.parseLong(fields[SYSTEM]) / TICKS_PER_SECOND,
                peak);
    }

    /**
     * What a person should read.
     *
     * @param stats      of the trace
     * @param wallNanos  how long it took
     */
    public List<String> lines(CaptureStats stats, long wallNanos) {
        double cpu = userSeconds + systemSeconds;
        return List.of(
                String.format(
                        Locale.ROOT,
                        "renacer: profile: %d calls, %d stops in %.3f s",
                        stats.calls(),
                        stats.stops(),
                        wallNanos / NANOS_PER_SECOND),
                String.format(
                        Locale.ROOT,
                        "renacer: profile: own CPU %.2f s (%.2f s user, %.2f s system; its start-up is in it), %.1f us a call; at"
                                + " most %.0f MiB resident",
                        cpu,
                        userSeconds,
                        systemSeconds,
                        stats.calls() == 0 ? 0 : cpu * MICROS_PER_SECOND / stats.calls(),
                        peakKibibytes / KIBIBYTES_PER_MEBIBYTE),
                String.format(
                        Locale.ROOT,
                        "renacer: profile: the program took at least %d %% and at most %d %% longer; half of its stops took at"
                                + " most %d us, 99 %% at most %d us",
                        stats.slowdownPercent(),
                        stats.workSlowdownPercent(),
                        stats.stopMicrosP50(),
                        stats.stopMicrosP99()));
    }
}
