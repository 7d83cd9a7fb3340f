// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.TimeSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to trace. */
final class TargetOptions {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    @Option(
            names = {"-p", "--pid"},
            paramLabel = "PID[,PID...]",
            hideParamSyntax = true,
            split = "[,\\s]+",
            description =
                    "Trace this running process with all its threads; several with commas, blanks or line breaks between"
                            + " them (-p \"$(pgrep NAME)\"), or by repeating -p. Ctrl-C detaches and leaves it unharmed.")
    List<String> pids = new ArrayList<>();

    @Option(
            names = "--attach-for",
            paramLabel = "TIME",
            description =
                    "End the trace after this time (500ms, 10s, 5m; seconds if there is no unit) and leave what is traced running, unharmed.")
    @Nullable
    String window;

    @Parameters(
            arity = "0..*",
            paramLabel = "PROGRAM ARGS",
            hideParamSyntax = true,
            description = "Program to run and trace.")
    List<String> program = new ArrayList<>();

    /**
     * The target.
     *
     * @throws CommandFailure if there is none, or there are both, or it is not possible
     */
    TraceTarget target() {
        if (!pids.isEmpty() && !program.isEmpty()) {
            throw CommandFailure.usage("give either -p PID or a program, not both");
        }
        if (!pids.isEmpty()) {
            return new TraceTarget.Processes(numbers());
        }
        if (program.isEmpty()) {
            throw CommandFailure.usage("nothing to trace; give -p PID or a program: renacer -- ls -l");
        }
        return TraceTarget.Program.find(program);
    }

    /**
     * How long the trace lasts at most; empty: to the end of what is traced.
     *
     * @throws CommandFailure if it is not a duration
     */
    Optional<Duration> window() {
        return Optional.ofNullable(window)
                .map(text -> TimeSpan.parse("--attach-for", text, "500ms, 10s or 5m", SHORTEST, LONGEST, SHORTEST));
    }

    private List<Integer> numbers() {
        Set<Integer> numbers = new LinkedHashSet<>();
        for (String pid : pids) {
            if (!pid.isBlank()) {
                numbers.add(number(pid));
            }
        }
        if (numbers.isEmpty()) {
            throw CommandFailure.usage("-p names no process; if pgrep was to find it, no process has that name");
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
