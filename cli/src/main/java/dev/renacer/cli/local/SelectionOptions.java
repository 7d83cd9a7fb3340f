// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.TimeSpan;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.filter.FilterSyntaxException;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.output.CallSelection;
import dev.renacer.tracer.subject.PeerPattern;
import dev.renacer.tracer.subject.Subjects;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which calls are traced, and which of those are shown. */
final class SelectionOptions {
    private static final String STATUS = "status=";
    private static final List<String> DESCRIPTORS = List.of("fd=", "fds=");
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration FINEST = Duration.ofNanos(1000);

    @Option(
            names = {"-e", "--expr"},
            paramLabel = "QUALIFIER=LIST",
            description = {
                "trace=LIST: trace only these system calls: names, numbers, classes (%%file, %%network, %%process, %%memory,"
                        + " %%desc, %%signal, %%ipc, %%clock, %%creds, %%pure, %%stat, %%statfs), /regular expressions/; ! in front of one"
                        + " excludes it, ? lets it be unknown. If it is given twice, the last one counts.",
                "status=LIST: show only calls that ended so: successful, failed, unfinished; ! in front excludes.",
                "fd=LIST: show only calls with one of these descriptors."
            })
    List<String> expressions = new ArrayList<>();

    @Option(
            names = {"-P", "--trace-path"},
            paramLabel = "PATH",
            description = "Show only calls about this path: it is an argument, as given or relative to a folder, or a"
                    + " descriptor of it is. May be repeated. Links are followed once, when the trace begins.")
    List<String> paths = new ArrayList<>();

    @Option(
            names = "--peer",
            paramLabel = "PEER",
            description =
                    "Show only calls with this other end of a connection: an address, a network or a port, as 10.0.0.9,"
                            + " 10.0.0.0/8, 10.0.0.9:5432, [::1]:5432 and :5432, or a UNIX socket, as /run/app.sock or @name. May be"
                            + " repeated; with -P: calls about one or the other.")
    List<String> peers = new ArrayList<>();

    @Option(
            names = {"-z", "--successful-only"},
            description = "Show only calls that succeeded; the same as -e status=successful.")
    boolean successfulOnly;

    @Option(
            names = {"-Z", "--failed-only"},
            description = "Show only calls that failed; the same as -e status=failed.")
    boolean failedOnly;

    @Option(
            names = "--errors-only",
            description =
                    "Show only calls that failed in a way that somebody would call an error: not EAGAIN, EINTR and the like.")
    boolean errorsOnly;

    @Option(
            names = "--min-duration",
            paramLabel = "TIME",
            description = "Show only calls that took at least this long: 500us, 2ms, 1s.")
    @Nullable
    String minDuration;

    /**
     * The calls to be captured.
     *
     * @throws CommandFailure if an expression cannot be understood
     */
    SyscallFilter filter() {
        try {
            SyscallFilter filter = SyscallFilter.EVERYTHING;
            for (String expression : expressions) {
                if (!expression.startsWith(STATUS) && isNoDescriptors(expression)) {
                    filter = SyscallFilter.parse(expression); // as strace: each is checked, and the last one holds
                }
            }
            return filter;
        } catch (FilterSyntaxException e) {
            throw CommandFailure.usage("-e: " + e.getMessage());
        }
    }

    /**
     * Which of the captured calls are shown.
     *
     * @throws CommandFailure if an expression cannot be understood, or options contradict each other
     */
    CallSelection selection() {
        Set<Outcome> outcomes = EnumSet.allOf(Outcome.class);
        Set<Integer> descriptors = new HashSet<>();
        for (String expression : expressions) {
            if (expression.startsWith(STATUS)) {
                outcomes = outcomes(expression.substring(STATUS.length()));
            } else if (!isNoDescriptors(expression)) {
                descriptors = descriptors(expression.substring(expression.indexOf('=') + 1));
            }
        }
        if (successfulOnly && (failedOnly || errorsOnly)) {
            throw CommandFailure.usage("-z shows only calls that succeeded, " + (failedOnly ? "-Z" : "--errors-only")
                    + " only calls that failed: give one of them");
        }
        if (successfulOnly) {
            outcomes = EnumSet.of(Outcome.RETURNED);
        } else if (failedOnly) {
            outcomes = EnumSet.of(Outcome.FAILED);
        }
        return new CallSelection(outcomes, errorsOnly, minDuration(), descriptors);
    }

    /** Whether calls are chosen by what they are about. */
    boolean hasSubjects() {
        return !paths.isEmpty() || !peers.isEmpty();
    }

    /**
     * What calls must be about: the paths of -P, as given and as they are called without links, and the peers.
     *
     * @param tell  receives a line for each path that has another name
     * @throws CommandFailure if a peer is none
     */
    Subjects subjects(Consumer<String> tell) {
        List<PeerPattern> patterns = new ArrayList<>();
        try {
            for (String peer : peers) {
                patterns.add(PeerPattern.of(peer));
            }
        } catch (PeerPattern.InvalidException e) {
            throw CommandFailure.usage("--peer " + e.getMessage());
        }
        Set<String> all = new LinkedHashSet<>(paths);
        for (String path : paths) {
            real(path).filter(real -> !real.equals(path)).ifPresent(real -> {
                tell.accept("renacer: -P " + path + " is " + real);
                all.add(real);
            });
        }
        return new Subjects(all, patterns);
    }

    /** Without links; empty if there is no such file, or its name cannot be said in this locale. */
    private static Optional<String> real(String path) {
        try {
            return Optional.of(Path.of(path).toRealPath().toString());
        } catch (IOException | InvalidPathException _) {
            return Optional.empty();
        }
    }

    private Duration minDuration() {
        return minDuration == null
                ? Duration.ZERO
                : TimeSpan.parse("--min-duration", minDuration, "500us, 2ms or 1s", Duration.ZERO, LONGEST, FINEST);
    }

    private static boolean isNoDescriptors(String expression) {
        return DESCRIPTORS.stream().noneMatch(expression::startsWith);
    }

    private static Set<Outcome> outcomes(String list) {
        boolean excluded = list.startsWith("!");
        Set<Outcome> named = EnumSet.noneOf(Outcome.class);
        for (String word : (excluded ? list.substring(1) : list).split(",", -1)) {
            named.addAll(
                    switch (word) {
                        case "all" -> EnumSet.allOf(Outcome.class);
                        case "none" -> EnumSet.noneOf(Outcome.class);
                        case "successful" -> EnumSet.of(Outcome.RETURNED);
                        case "failed" -> EnumSet.of(Outcome.FAILED);
                        case "unfinished" -> EnumSet.of(Outcome.UNFINISHED);
                        default ->
                            throw CommandFailure.usage("-e status=" + list + ": '" + word
                                    + "' is unknown; there are successful, failed, unfinished, all, none");
                    });
        }
        return excluded ? EnumSet.complementOf(EnumSet.copyOf(named)) : named;
    }

    private static Set<Integer> descriptors(String list) {
        Set<Integer> descriptors = new HashSet<>();
        Arrays.stream(list.split(",", -1)).forEach(word -> {
            if (!word.matches("[0-9]{1,9}")) {
                throw CommandFailure.usage(
                        "-e fd=" + list + ": '" + word + "' is not a descriptor; give numbers, as in -e fd=0,3");
            }
            descriptors.add(Integer.valueOf(word));
        });
        return descriptors;
    }
}
