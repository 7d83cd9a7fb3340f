// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.TimeSpan;
import dev.renacer.tracer.filter.FilterSyntaxException;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.output.CallSelection;
import dev.renacer.tracer.output.CallSelection.Ending;
import dev.renacer.tracer.output.TextForm;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.subject.PeerPattern;
import dev.renacer.tracer.subject.Subjects;
import dev.renacer.tracer.syscall.Syscall;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which calls are traced, and which of those are shown. */
final class SelectionOptions {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration FINEST = Duration.ofNanos(1000);

    @Option(
            names = {"-e", "--expr"},
            paramLabel = "QUALIFIER=LIST",
            description = {
                "trace=LIST: trace only these system calls: names, numbers, classes (%%file, %%network, %%process, %%memory,"
                        + " %%desc, %%signal, %%ipc, %%clock, %%creds, %%pure, %%stat, %%statfs), /regular expressions/; ! in front of one"
                        + " excludes it, ? lets it be unknown. If it is given twice, the last one counts.",
                "status=LIST: show only calls that ended so: successful, failed, unfinished (never returned), detached (the"
                        + " trace ended first), unavailable (none); ! in front excludes.",
                "signal=LIST: show only these signals: names with or without SIG, numbers, all, none; ! in front"
                        + " excludes.",
                "fd=LIST: show only calls with one of these descriptors.",
                "read=LIST, write=LIST: dump what is read from these descriptors, or written to them; at most "
                        + CaptureOptions.MAX_BUFFER_LIMIT + " bytes of a call are captured.",
                "raw=LIST: write the arguments of these calls as numbers. abbrev=LIST: write all fields and elements of"
                        + " what all others point to (-v is abbrev=none)."
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

    /** What a report says of calls that were left out from the start: the options that choose. */
    List<ReportFacts.Fact> chosen() {
        List<String> given = new ArrayList<>();
        expressions.forEach(expression -> given.add("-e " + expression));
        paths.forEach(path -> given.add("-P " + path));
        peers.forEach(peer -> given.add("--peer " + peer));
        if (successfulOnly) {
            given.add("-z");
        }
        if (failedOnly) {
            given.add("-Z");
        }
        if (errorsOnly) {
            given.add("--errors-only");
        }
        if (minDuration != null) {
            given.add("--min-duration " + minDuration);
        }
        return given.isEmpty() ? List.of() : List.of(new ReportFacts.Fact("Only", String.join(" ", given)));
    }

    /**
     * The calls to be captured.
     *
     * @throws CommandFailure if an expression cannot be understood
     */
    SyscallFilter filter() {
        return calls(Qualifier.TRACE).orElse(SyscallFilter.EVERYTHING);
    }

    /** The list of -e trace= that holds; empty if there is none. */
    String traced() {
        return lists(Qualifier.TRACE).stream().reduce((_, last) -> last).orElse("");
    }

    /** The calls that a qualifier names; as in strace each is checked, and the last one holds. Empty: it is not given. */
    private Optional<SyscallFilter> calls(Qualifier qualifier) {
        Optional<SyscallFilter> filter = Optional.empty();
        try {
            for (String list : lists(qualifier)) {
                filter = Optional.of(SyscallFilter.parse("trace=" + list));
            }
            return filter;
        } catch (FilterSyntaxException e) {
            throw CommandFailure.usage("-e: " + e.getMessage());
        }
    }

    /**
     * How lines of text write the arguments of calls.
     *
     * @param detail  how much of what they point to
     * @throws CommandFailure if an expression cannot be understood, or options contradict each other
     */
    TextForm form(TextDetail detail) {
        TextForm plain = TextForm.of(detail);
        Optional<SyscallFilter> abbreviated = calls(Qualifier.ABBREV);
        if (abbreviated.isPresent() && detail.verbose()) {
            throw CommandFailure.usage("-v is -e abbrev=none: give one of -v and -e abbrev=");
        }
        return new TextForm(
                detail,
                calls(Qualifier.RAW).map(SelectionOptions::among).orElse(plain.raw()),
                abbreviated.map(SelectionOptions::among).orElse(plain.abbreviated()),
                descriptors(Qualifier.READ),
                descriptors(Qualifier.WRITE));
    }

    private static Predicate<Syscall> among(SyscallFilter filter) {
        Map<Syscall, Boolean> known = new HashMap<>(); // a filter looks at all of its items
        return call -> known.computeIfAbsent(call, filter::selects);
    }

    private Optional<IntPredicate> descriptors(Qualifier qualifier) {
        return lists(qualifier).stream()
                .reduce((_, last) -> last)
                .map(list -> NumberSet.ofDescriptors(qualifier.toString(), list));
    }

    /** Whether something is asked for that only lines of text have. */
    boolean isForText() {
        return expressions.stream()
                .map(expression -> Qualifier.read(expression).qualifier())
                .anyMatch(qualifier -> qualifier.isForText());
    }

    /** Whether whole buffers are needed. */
    boolean dumps() {
        return !lists(Qualifier.READ).isEmpty() || !lists(Qualifier.WRITE).isEmpty();
    }

    /** Whether some calls are written with all that is known of them, and others not. */
    boolean variesDetail() {
        return !lists(Qualifier.ABBREV).isEmpty();
    }

    private List<String> lists(Qualifier qualifier) {
        return expressions.stream()
                .map(Qualifier::read)
                .filter(expression -> expression.qualifier() == qualifier)
                .map(Qualifier.Expression::list)
                .toList();
    }

    /**
     * Which of the captured calls are shown.
     *
     * @throws CommandFailure if an expression cannot be understood, or options contradict each other
     */
    CallSelection selection() {
        Set<Ending> endings = EnumSet.allOf(Ending.class);
        for (String list : lists(Qualifier.STATUS)) {
            endings = endings(list);
        }
        Set<Integer> descriptors = new HashSet<>();
        for (String list : lists(Qualifier.FD)) {
            descriptors = descriptors(list);
        }
        Set<Integer> signals = CallSelection.ALL.signals();
        for (String list : lists(Qualifier.SIGNAL)) {
            signals = NumberSet.ofSignals(list);
        }
        if (successfulOnly && (failedOnly || errorsOnly)) {
            throw CommandFailure.usage("-z shows only calls that succeeded, " + (failedOnly ? "-Z" : "--errors-only")
                    + " only calls that failed: give one of them");
        }
        if (successfulOnly) {
            endings = EnumSet.of(Ending.SUCCESSFUL);
        } else if (failedOnly) {
            endings = EnumSet.of(Ending.FAILED);
        }
        return new CallSelection(endings, errorsOnly, minDuration(), descriptors, signals);
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
        if (paths.contains("")) {
            throw CommandFailure.usage("-P '' names no path; give a file or folder, '.' for this one");
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

    private static Set<Ending> endings(String list) {
        List<Ending> all = List.of(Ending.values());
        List<String> words = all.stream().map(Ending::toString).toList();
        NumberSet numbers = NumberSet.parse(
                "status",
                list,
                word -> Optional.of(words.indexOf(word)).filter(index -> index >= 0),
                _ -> "is unknown; there are " + String.join(", ", words) + ", all, none");
        Set<Ending> endings = EnumSet.noneOf(Ending.class);
        numbers.within(0, all.size() - 1).forEach(index -> endings.add(all.get(index)));
        return endings;
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
