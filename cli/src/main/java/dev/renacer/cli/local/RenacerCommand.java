// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.GivenEnvironment;
import dev.renacer.capture.PrintableText;
import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.cli.CommandRunner;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.HelpLayout;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.StraceFlags;
import dev.renacer.cli.local.launch.RawArguments;
import dev.renacer.cli.local.output.OutputPlan;
import dev.renacer.cli.local.recording.DiffCommand;
import dev.renacer.cli.local.recording.RecordingFile;
import dev.renacer.cli.local.stuck.StuckCommand;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.output.CallSelection;
import dev.renacer.tracer.recording.RecordingFacts;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.source.CallSites;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
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
        customSynopsis = {
            "renacer [OPTIONS] [--] PROGRAM [ARGS...]",
            "renacer [OPTIONS] -p PID[,PID...]",
            "renacer record [OPTIONS] -o FILE [--] PROGRAM [ARGS...]",
            "renacer replay FILE [OPTIONS]",
            "renacer diff [OPTIONS] A B",
            "renacer stuck [OPTIONS] -p PID[,PID...]"
        },
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
            "  renacer --otlp-endpoint http://localhost:4317 -- ./program",
            "  renacer record -f -o t.rnc -- make; renacer replay t.rnc -c",
            "",
            "'renacer record --help', 'renacer replay --help' and 'renacer diff --help' say how traces are recorded,",
            "looked at later and compared; a program called record is run by 'renacer -- record'. 'renacer stuck --help'",
            "says how to see what a process waits for without tracing it.",
        })
public final class RenacerCommand implements Callable<Integer> {
    @Mixin
    TargetOptions target = new TargetOptions();

    @Mixin
    TracingOptions tracing = new TracingOptions();

    @Mixin
    ShownOptions shown = new ShownOptions();

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Also record the trace into FILE, which 'renacer replay' reads.")
    @Nullable
    String record;

    @Override
    public Integer call() {
        OutputPlan written = shown.plan(tracing.eachThread());
        SyscallFilter filter = shown.selected.filter();
        CallSelection selection = shown.selected.selection();
        ArgumentDetail read =
                record == null ? shown.detail.arguments(shown.selected.variesDetail()) : ArgumentDetail.ALL;
        CapturePlan plan = filter.plan(read, following(filter, written));
        CaptureOptions plain = shown.source.with(
                tracing.options(plan, shown.detail.bufferLimit(shown.selected.dumps()), target.window()));
        boolean timed = record != null || written.tellsTimes() || shown.otlp.isAsked(System.getenv());
        CaptureOptions options = timed ? plain.withThreadTimes() : plain;
        CallSites sites = shown.source.sites();
        boolean sockets = followsSockets(filter, written);
        TraceTarget whom = tracing.filtered(target.target());
        return new LocalTrace(
                        whom,
                        tracing.colocated(options),
                        sites,
                        selection,
                        shown.selected.subjects(line -> System.err.println(PrintableText.of(line))),
                        written,
                        shown.anomalies,
                        shown.otlp,
                        () -> ReportFacts.here(
                                whom.shown(written.redactor()), ProjectVersion.current(), shown.selected.chosen()),
                        sockets,
                        isComplete(written),
                        recording(whom, options, written))
                .run();
    }

    private Optional<RecordingFile> recording(TraceTarget whom, CaptureOptions options, OutputPlan written) {
        if (record == null) { // without a lambda: its classes would be loaded for nothing
            return Optional.empty();
        }
        written.keepOff(record, "is recorded into");
        RecordingFacts facts = RecordingFile.facts(
                options,
                shown.selected.traced(),
                written.redacts(),
                shown.source.asksForSources(),
                shown.source.asksForStacks(),
                options.followChildren() || whom.isSeveral(),
                whom.shown(written.redactor()));
        return Optional.of(new RecordingFile(record, false, facts));
    }

    /**
     * What is followed through calls that -e leaves out. Under a seccomp filter that costs the program a stop for each,
     * so descriptors are followed only if they are asked for.
     */
    private Set<Following> following(SyscallFilter filter, OutputPlan written) {
        Set<Following> following = EnumSet.noneOf(Following.class);
        boolean exported = shown.otlp.isAsked(System.getenv()) || record != null;
        if (exported) {
            following.add(Following.CONNECTIONS);
            if (!shown.otlp.noHttpHeaders) {
                following.add(Following.HEADS);
            }
        }
        if (needsDescriptors(written) || followsSockets(filter, written) || (exported && !tracing.seccompFilter)) {
            following.add(Following.DESCRIPTORS);
        }
        if (needsDescriptors(written)) { // those of a short program are gone before /proc could tell of them
            following.add(Following.LINKS);
        }
        return following;
    }

    /** Whether every call that changes descriptors is seen, but for those of resting threads. */
    private boolean isComplete(OutputPlan written) {
        return !tracing.seccompFilter || needsDescriptors(written);
    }

    /** Netlink messages are only told from others by the socket they are sent through. */
    private boolean followsSockets(SyscallFilter filter, OutputPlan written) {
        return !tracing.seccompFilter && written.showsCalls() && filter.selectsPackets();
    }

    private boolean needsDescriptors(OutputPlan written) {
        return written.needsDescriptors() || shown.selected.hasSubjects() || record != null;
    }

    static int execute(String... args) {
        if (args.length > 0 && args[0].equals(RecordCommand.NAME)) {
            return run(new RecordCommand(), true, Arrays.copyOfRange(args, 1, args.length));
        }
        if (args.length > 0 && args[0].equals(ReplayCommand.NAME)) {
            return run(new ReplayCommand(), false, Arrays.copyOfRange(args, 1, args.length));
        }
        if (args.length > 0 && args[0].equals(DiffCommand.NAME)) {
            return run(new DiffCommand(), false, Arrays.copyOfRange(args, 1, args.length));
        }
        if (args.length > 0 && args[0].equals(StuckCommand.NAME)) {
            return run(new StuckCommand(), false, Arrays.copyOfRange(args, 1, args.length));
        }
        return run(new RenacerCommand(), true, args);
    }

    /**
     * @param runsProgram  whether the arguments after the first that is no option belong to a program
     */
    private static int run(Callable<Integer> command, boolean runsProgram, String... args) {
        // No option has such a type, and loading java.sql takes longer than tracing a short program.
        System.setProperty("picocli.converters.excludes", "java.sql.*,java.time.*");
        CommandLine commandLine = new CommandLine(command);
        commandLine.setStopAtPositional(runsProgram);
        HelpLayout.applyTo(commandLine);
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
