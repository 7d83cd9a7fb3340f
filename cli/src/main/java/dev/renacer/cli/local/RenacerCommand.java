// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.AffinityJournal;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.GivenEnvironment;
import dev.renacer.capture.OnExceeded;
import dev.renacer.capture.PrintableText;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.CommandRunner;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.StraceFlags;
import dev.renacer.cli.local.output.OutputOptions;
import dev.renacer.cli.local.output.OutputPlan;
import dev.renacer.cli.local.output.Shown;
import dev.renacer.cli.local.statistics.AnomalyOptions;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.output.CallSelection;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.CallSites;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
            "Shows the system calls of a program as text, JSON, CSV or a page for a browser, and exports them as OpenTelemetry spans.",
            ""
        },
        footer = {
            "",
            "The program keeps its standard output to itself; the trace goes to standard error or to a file.",
            "",
            "Exit code: that of the program (128+N if signal N ended it); 127 if it was not found, 126 if it",
            "cannot be executed, 2 for wrong arguments, 1 for other failures. With -p: 0. 128+N if signal N",
            "ended renacer itself: it detaches and leaves what it traces running; a program that it started gets",
            "SIGTERM and SIGHUP too. In each case renacer exits with that code and does not die of signal N itself. If a trace could not be written or exported, it says",
            "so on standard error; the exit code stays the program's.",
            "",
            "Examples:",
            "  renacer -- ls -l /etc",
            "  renacer -f -T -o trace.txt -- make",
            "  renacer -c -p \"$(pgrep nginx)\"",
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
            description =
                    "Also trace the processes it starts. Threads are always traced. Given twice (-ff), the trace of"
                            + " each thread is written to a file of its own, FILE.TID of -o FILE.")
    boolean[] followForks = {};

    @Mixin
    SelectionOptions selected = new SelectionOptions();

    @Option(
            names = "--seccomp-bpf",
            description = "Let a seccomp filter stop the program only at the calls of -e: all others then cost next to"
                    + " nothing. Needs -f. The filter needs its tracer: the program and everything it starts end"
                    + " with renacer.")
    boolean seccompFilter;

    @Option(
            names = "--max-slowdown",
            paramLabel = "PERCENT",
            description =
                    "How much the program, or one of its processes, may be slowed down over a second; 100 means twice"
                            + " as slow. Beyond that the trace ends, or what --on-exceeded says happens.")
    @Nullable
    Integer maxSlowdownPercent;

    @Option(
            names = "--on-exceeded",
            paramLabel = "detach|dutycycle",
            description = "What happens beyond it: the program is detached (detach, the default), or the threads of the"
                    + " process beyond the bound are traced only part of the time (dutycycle).")
    String onExceeded = "detach";

    @Option(
            names = "--colocate",
            description = "Keep threads that make many calls on one CPU with their tracer: far less slowdown if the"
                    + " scheduler would keep them apart. The program sees its own affinity, and gets it back.")
    boolean colocate;

    @Mixin
    SourceOptions source = new SourceOptions();

    @Mixin
    NameOptions names = new NameOptions();

    @Mixin
    DetailOptions detail = new DetailOptions();

    @Mixin
    OutputOptions output = new OutputOptions();

    @Mixin
    AnomalyOptions anomalies = new AnomalyOptions();

    @Mixin
    OtlpOptions otlp = new OtlpOptions();

    @Override
    public Integer call() {
        boolean follow = follow();
        TextDetail text = detail.text();
        OutputPlan written = output.plan(new Shown(
                followForks.length == 2,
                source.source,
                source.stack,
                selected.isForText(),
                names.style(),
                text,
                selected.form(text)));
        anomalies.check(written.allowsRemarks());
        output.statistics().check(written.allowsRemarks());
        source.functions = output.statistics().areByFunction();
        SyscallFilter filter = selected.filter();
        CallSelection selection = selected.selection();
        CaptureOptions plain = new CaptureOptions(
                        filter.plan(detail.arguments(selected.variesDetail()), following(filter, written)),
                        RingPolicy.BLOCK,
                        RING_EVENTS,
                        SIDE_BYTES,
                        STRING_LIMIT,
                        follow,
                        target.window(),
                        Optional.of(HEARTBEAT_TIMEOUT))
                .withBuffers(detail.bufferLimit(selected.dumps()))
                .withMaxSlowdown(bound(), answer());
        CaptureOptions options = source.with(plain);
        CallSites sites = source.sites();
        boolean sockets = followsSockets(filter, written);
        TraceTarget whom = seccompFilter ? filtered(target.target(), follow) : target.target();
        Optional<Path> journal = journal();
        return new LocalTrace(
                        whom,
                        journal.map(options::colocated).orElse(options),
                        sites,
                        selection,
                        selected.subjects(line -> System.err.println(PrintableText.of(line))),
                        written,
                        anomalies,
                        otlp,
                        sockets,
                        isComplete(written))
                .run();
    }

    /**
     * What is followed through calls that -e leaves out. Under a seccomp filter that costs the program a stop for each,
     * so descriptors are followed only if they are asked for.
     */
    private Set<Following> following(SyscallFilter filter, OutputPlan written) {
        Set<Following> following = EnumSet.noneOf(Following.class);
        boolean exported = otlp.isAsked(System.getenv());
        if (exported) {
            following.add(Following.CONNECTIONS);
        }
        if (needsDescriptors(written) || followsSockets(filter, written) || (exported && !seccompFilter)) {
            following.add(Following.DESCRIPTORS);
        }
        if (needsDescriptors(written)) { // those of a short program are gone before /proc could tell of them
            following.add(Following.LINKS);
        }
        return following;
    }

    /** Whether every call that changes descriptors is seen, but for those of resting threads. */
    private boolean isComplete(OutputPlan written) {
        return !seccompFilter || needsDescriptors(written);
    }

    /** Netlink messages are only told from others by the socket they are sent through. */
    private boolean followsSockets(SyscallFilter filter, OutputPlan written) {
        return !seccompFilter && written.showsCalls() && filter.selectsPackets();
    }

    private boolean needsDescriptors(OutputPlan written) {
        return written.needsDescriptors() || selected.hasSubjects();
    }

    private boolean follow() {
        if (followForks.length > 2) {
            throw CommandFailure.usage("-f is given " + followForks.length
                    + " times; -f follows the processes a program starts, -ff writes a file for each thread");
        }
        return followForks.length >= 1;
    }

    private TraceTarget filtered(TraceTarget whom, boolean follow) {
        if (!(whom instanceof TraceTarget.Program program)) {
            throw CommandFailure.usage("--seccomp-bpf is for a program that renacer starts; leave it out with -p");
        }
        if (!follow) {
            throw CommandFailure.usage("--seccomp-bpf needs -f: children also have the filter, and it needs a tracer");
        }
        if (maxSlowdownPercent != null) {
            throw CommandFailure.usage(
                    "--seccomp-bpf and --max-slowdown exclude each other: a program with the filter cannot be"
                            + " detached");
        }
        return new TraceTarget.Program(program.spec().withFilter());
    }

    private OptionalInt bound() {
        if (maxSlowdownPercent != null && maxSlowdownPercent < 1) {
            throw CommandFailure.usage(
                    "--max-slowdown " + maxSlowdownPercent + " is not a bound; give at least 1 (percent)");
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

    /** Repairs what a killed tracer has left behind, and names the journal of this one if it is to co-locate. */
    private Optional<Path> journal() {
        try {
            Path directory = AffinityJournal.directory(System.getenv());
            int restored = AffinityJournal.recover(directory);
            if (restored > 0) {
                System.err.println("renacer: gave " + restored
                        + " threads back the CPUs from which a killed tracer had kept them");
            }
            return colocate ? Optional.of(AffinityJournal.fresh(directory)) : Optional.empty();
        } catch (IOException e) {
            if (!colocate) {
                return Optional.empty(); // nothing of ours can lie where we cannot look
            }
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "--colocate: cannot keep the journal of moved threads: " + e.getMessage()
                            + "; set XDG_RUNTIME_DIR to a directory of yours");
        } catch (CaptureException e) {
            throw ExitCodes.of(e);
        }
    }

    static int execute(String... args) {
        // No option has such a type, and loading java.sql takes longer than tracing a short program.
        System.setProperty("picocli.converters.excludes", "java.sql.*,java.time.*");
        CommandLine commandLine = new CommandLine(new RenacerCommand());
        // The arguments after the program belong to the program.
        commandLine.setStopAtPositional(true);
        return CommandRunner.run(commandLine, StraceFlags::advice, System.err, args);
    }

    public static void main(String[] args) {
        try {
            GivenEnvironment.restore();
        } catch (CaptureException e) {
            System.err.println(ExitCodes.of(e).line("renacer"));
            System.exit(ExitCode.FAILURE);
        }
        int code = execute(RawArguments.text(args.length));
        System.out.flush();
        System.err.flush();
        // Nothing waits for an orderly end of this JVM: everything was closed, and System.exit() first asks its
        // loggers.
        Runtime.getRuntime().halt(code);
    }
}
