// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.AffinityJournal;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.OnExceeded;
import dev.renacer.capture.RingPolicy;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.CommandRunner;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.tracer.filter.FilterSyntaxException;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.source.CallSites;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code renacer}: runs a program, or attaches to processes, and shows their system calls. */
@Command(
        name = "renacer",
        mixinStandardHelpOptions = true,
        versionProvider = ProjectVersion.class,
        sortOptions = false,
        usageHelpWidth = 100,
        customSynopsis = {"renacer [OPTIONS] [--] PROGRAM [ARGS...]", "renacer [OPTIONS] -p PID[,PID...]"},
        description = {
            "Shows the system calls of a program as text, JSON or CSV, and exports them as OpenTelemetry spans.",
            ""
        },
        footer = {
            "",
            "The program keeps its standard output to itself; the trace goes to standard error or to a file.",
            "",
            "Exit code: that of the program (128+N if signal N ended it); 127 if it was not found, 126 if it",
            "cannot be executed, 2 for wrong arguments, 1 for other failures. With -p: 0. 128+N if signal N",
            "ended renacer itself: it lets go what it traces, which runs on. A trace that could not be written",
            "or exported is told on standard error; the exit code stays the program's.",
            "",
            "Examples:",
            "  renacer -- ls -l /etc",
            "  renacer -f -T -o trace.txt -- make",
            "  renacer -c -p $(pgrep nginx | head -1)",
            "  renacer -e 'trace=file,!newfstatat' -- cat /etc/hosts",
            "  renacer --otlp-endpoint http://localhost:4317 --otlp-service-name my-app -- ./program",
        })
public final class RenacerCommand implements Callable<Integer> {
    private static final int RING_EVENTS = 1 << 16;
    private static final int SIDE_BYTES = 1 << 24;
    /** PATH_MAX of linux/limits.h: no path is cut. */
    private static final int STRING_LIMIT = 4096;

    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(5);

    @Mixin
    TargetOptions target = new TargetOptions();

    @Option(
            names = {"-f", "--follow-forks"},
            description = "Trace the processes it starts too. Threads always are.")
    boolean followForks;

    @Option(
            names = {"-e", "--expr"},
            paramLabel = "trace=LIST",
            description =
                    "Trace these system calls only: names, classes (file, network, process, memory, desc, signal, ipc),"
                            + " /regular expressions/; ! in front of one excludes it.")
    @Nullable
    String expression;

    @Option(
            names = "--max-slowdown",
            paramLabel = "PERCENT",
            description =
                    "Most a thread may be slowed down over a second; 100 means twice as slow. Beyond it the trace ends, or see"
                            + " --on-exceeded.")
    @Nullable
    Integer maxSlowdownPercent;

    @Option(
            names = "--on-exceeded",
            paramLabel = "detach|dutycycle",
            description =
                    "What happens then: the program is let go (detach, if absent), or a thread beyond the bound is traced only"
                            + " part of the time (dutycycle).")
    String onExceeded = "detach";

    @Option(
            names = "--colocate",
            description = "Keep threads that make many calls on one CPU with their tracer: far less slowdown where the"
                    + " scheduler would keep them apart. The program sees its own affinity, and gets it back.")
    boolean colocate;

    @Mixin
    SourceOptions source = new SourceOptions();

    @Mixin
    OutputOptions output = new OutputOptions();

    @Mixin
    OtlpOptions otlp = new OtlpOptions();

    @Override
    public Integer call() {
        output.check();
        SyscallFilter filter = filter();
        CaptureOptions plain = new CaptureOptions(
                        filter.plan(),
                        RingPolicy.BLOCK,
                        RING_EVENTS,
                        SIDE_BYTES,
                        STRING_LIMIT,
                        followForks,
                        Optional.empty(),
                        Optional.of(HEARTBEAT_TIMEOUT))
                .withMaxSlowdown(bound(), answer());
        CaptureOptions options = source.with(plain);
        CallSites sites = source.sites();
        output.sources = source.source;
        TraceTarget whom = target.target();
        Optional<Path> journal = journal();
        return new LocalTrace(whom, journal.map(options::colocated).orElse(options), sites, output, otlp).run();
    }

    private OptionalInt bound() {
        if (maxSlowdownPercent != null && maxSlowdownPercent < 1) {
            throw CommandFailure.usage(
                    "--max-slowdown " + maxSlowdownPercent + " is no bound; give at least 1 (percent)");
        }
        return maxSlowdownPercent == null ? OptionalInt.empty() : OptionalInt.of(maxSlowdownPercent);
    }

    private OnExceeded answer() {
        return switch (onExceeded) {
            case "detach" -> OnExceeded.DETACH;
            case "dutycycle" -> {
                if (maxSlowdownPercent == null) {
                    throw CommandFailure.usage("--on-exceeded dutycycle needs a bound; give --max-slowdown PERCENT");
                }
                yield OnExceeded.DUTY_CYCLE;
            }
            default ->
                throw CommandFailure.usage("--on-exceeded " + onExceeded + " is unknown; there are detach, dutycycle");
        };
    }

    /** Puts right what a killed tracer has left, and names the journal of this one if it is to co-locate. */
    private Optional<Path> journal() {
        try {
            Path directory = AffinityJournal.directory(System.getenv());
            int restored = AffinityJournal.recover(directory);
            if (restored > 0) {
                System.err.println(
                        "renacer: gave " + restored + " threads back the CPUs a killed tracer had kept them from");
            }
            return colocate ? Optional.of(AffinityJournal.fresh(directory)) : Optional.empty();
        } catch (IOException e) {
            if (!colocate) {
                return Optional.empty(); // nothing of ours can lie where we cannot look
            }
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "--colocate: the journal of moved threads cannot be kept: " + e.getMessage()
                            + "; set XDG_RUNTIME_DIR to a directory of yours");
        } catch (CaptureException e) {
            throw ExitCodes.of(e);
        }
    }

    private SyscallFilter filter() {
        if (expression == null) {
            return SyscallFilter.EVERYTHING;
        }
        try {
            return SyscallFilter.parse(expression);
        } catch (FilterSyntaxException e) {
            throw CommandFailure.usage("-e: " + e.getMessage());
        }
    }

    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new RenacerCommand());
        // What follows the program is the program's own.
        commandLine.setStopAtPositional(true);
        System.exit(CommandRunner.run(commandLine, System.err, args));
    }
}
