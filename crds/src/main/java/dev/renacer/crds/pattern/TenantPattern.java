// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.pattern;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.renacer.crds.UserText;

/**
 * A regular expression that a tenant wrote: {@code spec.process}, or a /…/ item of {@code spec.syscalls}. It has RE2's
 * syntax, which takes time linear in the text whatever the expression, and a bounded size: RE2 writes counted
 * repetitions out, so nested ones would fill the memory of the process that compiles them. Operator, plugin and agent
 * all use this check, the operator before any agent sees the expression. Immutable.
 */
public final class TenantPattern {
    /**
     * The maximum number of instructions in a compiled expression, some 100 KB. Without counted repetitions the 256
     * characters of an expression do not reach it.
     */
    public static final int MOST_INSTRUCTIONS = 1000;

    private final Pattern pattern;

    private TenantPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** An expression cannot be used. The message completes a sentence that begins with the name of the field. */
    public static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidException(String message) {
            super(message);
        }
    }

    /**
     * Reads an expression; one that is too large is refused without being compiled.
     *
     * @throws InvalidException if it is not in RE2's syntax, or too large
     */
    public static TenantPattern of(String expression) throws InvalidException {
        long size = PatternSize.of(expression);
        if (size > MOST_INSTRUCTIONS) {
            throw new InvalidException("repeats too much: written out, as RE2 does, it has more than "
                    + MOST_INSTRUCTIONS + " steps; lower the numbers in braces, or leave inner ones out");
        }
        try {
            return new TenantPattern(Pattern.compile(expression));
        } catch (PatternSyntaxException e) {
            throw new InvalidException("is not a regular expression in RE2's syntax: "
                    + UserText.quoted(e.getDescription()) + "; it has no look-around and no back-references");
        }
    }

    /** Whether a match is found anywhere in the text. */
    public boolean isFoundIn(String text) {
        return pattern.matcher(text).find();
    }

    /** The expression as it was written. */
    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** The number of instructions in the compiled expression. */
    int instructions() {
        return pattern.programSize();
    }
}
