// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.stuck;

import dev.renacer.capture.CaptureException;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.StandardOutput;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.SourceLines;
import dev.renacer.tracer.stuck.LookOptions;
import dev.renacer.tracer.stuck.ProcessLook;
import dev.renacer.tracer.stuck.StuckProcess;
import dev.renacer.tracer.stuck.StuckReport;
import dev.renacer.tracer.stuck.report.StuckDocument;
import dev.renacer.tracer.stuck.report.StuckText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code renacer stuck}: says what processes wait for, without attaching to them or stopping them. */
@Command(
        name = "renacer stuck",
        mixinStandardHelpOptions = true,
        versionProvider = ProjectVersion.class,
        sortOptions = false,
        usageHelpWidth = 100,
        customSynopsis = {"renacer stuck [OPTIONS] -p PID[,PID...]", "renacer stuck [OPTIONS] NAME"},
        description = {
            "Says what each thread of a process waits for, the most suspicious first: its call with its arguments, how",
            "long it has slept, what its descriptors are and who has their other ends, who holds the lock. Nothing is",
            "attached and nothing is stopped: all is read in /proc.",
            ""
        },
        footer = {
            "",
            "Exit code: 0, whatever was found; 3 with --fail-on deadlock if there is a deadlock; 1 if a process that",
            "-p names, or any of NAME, does not exist (what the others wait for is said); 2 for wrong arguments.",
            "",
            "Examples:",
            "  renacer stuck -p 1234",
            "  renacer stuck --children -p 1234",
            "  renacer stuck postgres",
            "  renacer stuck --json --fail-on deadlock -p 1234",
        })
public final class StuckCommand implements Callable<Integer> {
    /** As it is called behind {@code renacer}. */
    public static final String NAME = "stuck";

    /** There is what --fail-on names. */
    static final int FOUND = 3;

    private static final String DEADLOCK = "deadlock";

    @Option(
            names = {"-p", "--pid"},
            paramLabel = "PID[,PID...]",
            hideParamSyntax = true,
            split = "[,\\s]+",
            description =
                    "Look at this process; at several with commas, blanks or line breaks between them, or by repeating -p.")
    List<String> pids = new ArrayList<>();

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "Look at the processes of this name, as ps -e shows it.")
    @Nullable
    String name;

    @Option(names = "--children", description = "Look at their children, too, and at theirs.")
    boolean children;

    @Option(names = "--json", description = "Write one JSON document, with every thread by itself.")
    boolean json;

    @Option(
            names = "--fail-on",
            paramLabel = "deadlock",
            description = "Exit with code 3 if there is a deadlock, for a script.")
    @Nullable
    String failOn;

    @Option(
            names = "--no-redact",
            description = "Show passwords, tokens, keys and query strings in arguments as they are, not [redacted].")
    boolean unredacted;

    @Override
    public Integer call() {
        if (failOn != null && !failOn.equals(DEADLOCK)) {
            throw CommandFailure.usage("'" + failOn + "' is nothing to fail on; there is " + DEADLOCK);
        }
        List<Integer> wanted = wanted();
        StuckReport report = look(wanted);
        if (!report.processes().isEmpty()) {
            write(report);
        }
        if (failOn != null && !report.deadlocks().isEmpty()) {
            return FOUND;
        }
        List<Integer> gone = gone(wanted, report);
        if (!gone.isEmpty()) {
            String all = gone.stream().map(String::valueOf).collect(Collectors.joining(", "));
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    (gone.size() == 1 ? "no process " + all + " exists" : "no processes " + all + " exist")
                            + " in this PID namespace; look with 'ps -e'");
        }
        return ExitCode.SUCCESS;
    }

    /** Of the processes that are asked for by their numbers each is missed, of those with a name only if none is left. */
    private List<Integer> gone(List<Integer> wanted, StuckReport report) {
        Set<Integer> seen = report.processes().stream().map(StuckProcess::pid).collect(Collectors.toSet());
        return name != null && !seen.isEmpty()
                ? List.of()
                : wanted.stream().filter(pid -> !seen.contains(pid)).toList();
    }

    private StuckReport look(List<Integer> wanted) {
        Redactor redactor = unredacted ? Redactor.NONE : Redactor.known();
        try (ProcessLook look = new ProcessLook(LookOptions.everything(redactor, SourceLines.program()))) {
            return look.look(wanted, children);
        } catch (CaptureException e) {
            throw new CommandFailure(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
        }
    }

    private void write(StuckReport report) {
        StandardOutput.require();
        StringBuilder text = new StringBuilder();
        if (json) {
            StuckDocument.writeTo(text, report);
        } else {
            new StuckText(report).writeTo(text);
        }
        PrintStream out = System.out;
        out.print(text);
        out.flush();
        if (out.checkError()) {
            throw new CommandFailure(
                    ExitCode.FAILURE, "cannot write to standard output; give it a place with room for the answer");
        }
    }

    private List<Integer> wanted() {
        if (name != null && !pids.isEmpty()) {
            throw CommandFailure.usage("give either -p PID or a name, not both");
        }
        if (name != null) {
            List<Integer> found = ProcessLook.named(name);
            if (found.isEmpty()) {
                throw new CommandFailure(
                        ExitCode.FAILURE, "no process is called '" + name + "'; look with 'ps -e', or give -p PID");
            }
            return found;
        }
        Set<Integer> numbers = new LinkedHashSet<>();
        for (String pid : pids) {
            if (!pid.isBlank()) {
                numbers.add(number(pid));
            }
        }
        if (numbers.isEmpty()) {
            throw CommandFailure.usage("nothing to look at; give -p PID or a name: renacer stuck -p 1234");
        }
        return List.copyOf(numbers);
    }

    private static int number(String pid) {
        try {
            int number = Integer.parseInt(pid);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Reported below, like a number that is not a pid.
        }
        throw CommandFailure.usage("'" + pid + "' is not a process id; give -p a number, as 'pgrep NAME' prints it");
    }
}
