// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures what each fault of a collector costs a traced program, as a table for {@code docs/collector-faults.md}: its throughput against
 * that with a healthy collector, the memory of renacer, and what became of the spans. The number of calls is the first argument.
 */
final class CollectorFaultsBench {
    private static final Pattern SECONDS = Pattern.compile("copied, ([0-9.e-]+) s");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final int HALF_A_MILLION = 500_000;

    private CollectorFaultsBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, GeneralSecurityException {
        int calls = arguments.length > 0 ? Integer.parseInt(arguments[0]) : HALF_A_MILLION;
        measured(CollectorFault.NONE, calls); // warms up the page cache
        double healthy = measured(CollectorFault.NONE, calls).perSecond();
        System.out.println(
                "| collector | throughput | RSS | spans made | sent | lost | adds up | told |\n|---|---|---|---|---|---|---|---|");
        for (CollectorFault fault : CollectorFault.values()) {
            Measured result = measured(fault, calls);
            FaultRun run = result.run();
            boolean exact = run.spans().sent() == result.accepted()
                    && run.spans().sent() + run.spans().lost() == run.spans().made()
                    && run.calls().toldOf() == run.calls().made();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %d MiB | %,d | %,d | %,d | %s | %s |%n",
                    fault.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    result.perSecond() / healthy,
                    result.peakKib() / 1_024,
                    run.spans().made(),
                    run.spans().sent(),
                    run.spans().lost(),
                    exact ? "yes" : "**no**",
                    String.join("<br>", run.messages()));
        }
    }

    /** One traced run. */
    private record Measured(FaultRun run, double perSecond, long peakKib, long accepted) {}

    private static Measured measured(CollectorFault fault, int calls)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path folder = Files.createTempDirectory("renacer-faults");
        Path err = folder.resolve("err");
        try (FaultyCollector collector = new FaultyCollector(fault, folder)) {
            List<String> command = FaultRun.command(
                    collector, folder, "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=" + calls / 2);
            Process renacer = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(err.toFile())
                    .start();
            long peak = 0;
            while (!renacer.waitFor(100, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, peakKib(renacer.toHandle()));
            }
            String said = Files.readString(err);
            Matcher seconds = SECONDS.matcher(said);
            if (!seconds.find()) {
                throw new IllegalStateException(said);
            }
            return new Measured(
                    FaultRun.of(new Run(renacer.exitValue(), "", said)),
                    calls / Double.parseDouble(seconds.group(1)),
                    peak,
                    collector.accepted());
        }
    }

    /** Of the largest process among it and its descendants, which is the tracer's JVM. */
    private static long peakKib(ProcessHandle process) {
        return Math.max(
                peakKib(process.pid()),
                process.descendants()
                        .mapToLong(child -> peakKib(child.pid()))
                        .max()
                        .orElse(0));
    }

    private static long peakKib(long pid) {
        try {
            Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
            return peak.find() ? Long.parseLong(peak.group(1)) : 0;
        } catch (IOException _) {
            return 0; // it has just ended
        }
    }
}
