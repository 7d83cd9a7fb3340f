// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.renacer.crds.Reason;

/**
 * The names of the processes to trace: an expression found anywhere in a process's name. RE2's syntax, which takes time
 * linear in the name's length whatever a tenant writes.
 */
final class ProcessPattern {
    private final Pattern pattern;

    private ProcessPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Reads an expression.
     *
     * @throws RefusedException if it is none
     */
    static ProcessPattern of(String expression) throws RefusedException {
        try {
            return new ProcessPattern(Pattern.compile(expression));
        } catch (PatternSyntaxException e) {
            throw new RefusedException(
                    Reason.InvalidProcessPattern,
                    "spec.process is no regular expression of the RE2 syntax: " + OneLine.clean(e.getDescription())
                            + "; lookaround and backreferences are none of it");
        }
    }

    boolean matches(String processName) {
        return pattern.matcher(processName).find();
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
