// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.renacer.cli.CommandFailure;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.tracer.filter.FilterSyntaxException;
import dev.renacer.tracer.filter.SyscallFilter;
import java.util.List;

/**
 * Judges what is to be traced as an agent of this plugin's version would, before anything is sent. What an agent would refuse ends
 * with the exit code of a refusal, so that one mistake has one code, whoever finds it; an older agent may refuse more.
 */
final class SelectionChecks {
    private static final int MAX_ITEMS = 100;
    private static final int MAX_ITEM = 128;
    private static final int MAX_PATTERN = 256;

    private SelectionChecks() {}

    /**
     * Checks the items of {@code --syscalls}.
     *
     * @throws CommandFailure if one names no system call, or the schema does not allow it
     */
    static void syscalls(List<String> items) {
        try {
            SyscallFilter.of(items);
        } catch (FilterSyntaxException e) {
            throw refused(Reason.UnknownSyscall, "--syscalls: " + e.getMessage());
        }
        if (items.size() > MAX_ITEMS) {
            throw CommandFailure.usage("--syscalls has " + items.size() + " items; the most is " + MAX_ITEMS
                    + ", give a class or a /regular expression/");
        }
        for (String item : items) {
            if (item.length() > MAX_ITEM || !item.matches(TraceRequestSpec.SYSCALL_PATTERN)) {
                throw CommandFailure.usage("--syscalls '" + item + "' cannot stand in a request; give names or classes"
                        + " as openat,network or a /regular expression/, of at most " + MAX_ITEM + " characters");
            }
        }
    }

    /**
     * Checks the pattern of {@code --process}.
     *
     * @throws CommandFailure if it is no regular expression of RE2, or the schema does not allow it
     */
    static void process(String pattern) {
        if (pattern.isEmpty() || pattern.length() > MAX_PATTERN) {
            throw CommandFailure.usage("--process has " + pattern.length() + " characters; allowed are 1 to "
                    + MAX_PATTERN + ", leave it out for all processes");
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw refused(
                    Reason.InvalidProcessPattern,
                    "--process '" + pattern + "' is no regular expression of the RE2 syntax: " + e.getDescription()
                            + "; look-around and back-references are none of it");
        }
    }

    private static CommandFailure refused(Reason reason, String message) {
        return new CommandFailure(KubectlExit.REFUSED, "refused (" + reason + "): " + message);
    }
}
