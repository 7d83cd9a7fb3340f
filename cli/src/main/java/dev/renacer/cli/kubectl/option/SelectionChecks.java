// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.KubectlExit;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.UserText;
import dev.renacer.crds.pattern.PatternRules;
import dev.renacer.crds.pattern.TenantPattern;
import dev.renacer.crds.pattern.TraceParentRules;
import dev.renacer.tracer.filter.FilterSyntaxException;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.subject.PeerPattern;
import dev.renacer.tracer.subject.Subjects;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges what is to be traced as an agent of this plugin's version would, before anything is sent. What an agent would refuse ends
 * with the exit code of a refusal, so that one mistake has one code, whoever finds it; an older agent may refuse more.
 */
final class SelectionChecks {
    private static final int MAX_PATTERN = 256;

    private SelectionChecks() {}

    /**
     * Checks the items of {@code --syscalls}.
     *
     * @throws CommandFailure if one names no system call, or the schema does not allow it
     */
    static void syscalls(List<String> items) {
        // First: an expression that is too large must not be compiled.
        PatternRules.refusal(null, items).ifPresent(refusal -> {
            throw refused(refusal.reason(), "--syscalls" + refusal.message().substring("spec.syscalls".length()));
        });
        try {
            SyscallFilter.of(items);
        } catch (FilterSyntaxException e) {
            throw refused(Reason.UnknownSyscall, "--syscalls: " + e.getMessage());
        }
        if (items.size() > TraceRequestSpec.MOST_SYSCALLS) {
            throw CommandFailure.usage("--syscalls has " + items.size() + " items; the most is "
                    + TraceRequestSpec.MOST_SYSCALLS + ", give a class or a /regular expression/");
        }
        for (String item : items) {
            if (item.length() > TraceRequestSpec.LONGEST_SYSCALL || !item.matches(TraceRequestSpec.SYSCALL_PATTERN)) {
                throw CommandFailure.usage("--syscalls '" + item + "' cannot stand in a request; give names or classes"
                        + " as openat,network or a /regular expression/, of at most " + TraceRequestSpec.LONGEST_SYSCALL
                        + " characters");
            }
        }
    }

    /**
     * Checks the pattern of {@code --process}.
     *
     * @throws CommandFailure if it is not a regular expression of RE2, is too large, or the schema does not allow it
     */
    static void process(String pattern) {
        if (pattern.isEmpty() || pattern.length() > MAX_PATTERN) {
            throw CommandFailure.usage("--process has " + pattern.length() + " characters; allowed are 1 to "
                    + MAX_PATTERN + ", leave it out for all processes");
        }
        try {
            TenantPattern.of(pattern);
        } catch (TenantPattern.InvalidException e) {
            throw refused(
                    Reason.InvalidProcessPattern, "--process '" + UserText.quoted(pattern) + "' " + e.getMessage());
        }
    }

    /**
     * Checks {@code --path} and {@code --peer}.
     *
     * @param arguments  what spans are to say of arguments, if that is said
     * @throws CommandFailure if one is none, or the schema does not allow it
     */
    static void subjects(List<String> paths, List<String> peers, @Nullable String arguments) {
        for (String path : paths) {
            if (path.length() > TraceRequestSpec.LONGEST_PATH || !path.matches(TraceRequestSpec.PATH_PATTERN)) {
                throw CommandFailure.usage(
                        "--path '" + UserText.quoted(path) + "' cannot stand in a request; give an absolute"
                                + " path of at most " + TraceRequestSpec.LONGEST_PATH
                                + " characters as spans write it, with a backslash"
                                + " as \\\\ and a byte that is no text as \\351");
            }
        }
        for (String peer : peers) {
            try {
                Subjects.written(List.of(), List.of(peer));
            } catch (PeerPattern.InvalidException e) {
                throw CommandFailure.usage(UserText.line("--peer " + e.getMessage()));
            }
            if (peer.length() > TraceRequestSpec.LONGEST_PEER || !peer.matches(TraceRequestSpec.PEER_PATTERN)) {
                throw CommandFailure.usage("--peer '" + UserText.quoted(peer)
                        + "' cannot stand in a request; a name has at most " + TraceRequestSpec.LONGEST_PEER
                        + " characters, and a byte that is no text is written as \\351");
            }
        }
        tooMany("--path", paths);
        tooMany("--peer", peers);
        if ("None".equals(arguments) && !(paths.isEmpty() && peers.isEmpty())) {
            throw CommandFailure.usage(
                    "--path and --peer go by what spans say of arguments; with --arguments None there is"
                            + " nothing to go by: leave one of them out");
        }
    }

    /**
     * Checks {@code --trace-parent}.
     *
     * @throws CommandFailure if it names no span
     */
    static void traceParent(String given) {
        TraceParentRules.fault(given).ifPresent(fault -> {
            throw CommandFailure.usage("--trace-parent " + fault);
        });
    }

    private static void tooMany(String option, List<String> values) {
        if (values.size() > TraceRequestSpec.MOST_SUBJECTS) {
            throw CommandFailure.usage(
                    option + " is given " + values.size() + " times; the most is " + TraceRequestSpec.MOST_SUBJECTS);
        }
    }

    private static CommandFailure refused(Reason reason, String message) {
        return new CommandFailure(KubectlExit.REFUSED, "refused (" + reason + "): " + message);
    }
}
