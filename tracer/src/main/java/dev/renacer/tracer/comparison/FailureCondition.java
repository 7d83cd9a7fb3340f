// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.comparison.Difference.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must not differ, for a build that is to fail if it does.
 *
 * @param what     the kind of difference
 * @param percent  from how much growth on; 0: any
 */
public record FailureCondition(What what, double percent) {
    /** The forms there are, for whoever wrote another one. */
    public static final String FORMS =
            "new-errors, new-calls, vanished-calls, latency:PERCENT% or calls:PERCENT%, several with a comma between";

    /** The kinds of difference that can be refused. */
    public enum What {
        /** Errors that were not there before. */
        NEW_ERRORS("new-errors", false),
        /** Calls that were not there before. */
        NEW_CALLS("new-calls", false),
        /** Calls that are not there any more. */
        VANISHED_CALLS("vanished-calls", false),
        /** Calls whose median duration grew. */
        LATENCY("latency", true),
        /** Calls that are made more often. */
        CALLS("calls", true);

        private final String text;
        private final boolean measured;

        What(String text, boolean measured) {
            this.text = text;
            this.measured = measured;
        }
    }

    /** A text that is no condition. The message says which, and what would be. */
    public static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1;

        InvalidException(String text) {
            super("'" + text + "' is nothing to fail on; there are " + FORMS);
        }
    }

    private static final Pattern FORM = Pattern.compile("([a-z-]+)(?::([0-9]{1,6}(?:\\.[0-9]{1,3})?)%)?");

    /**
     * Reads conditions with commas between them.
     *
     * @throws InvalidException if one has none of the {@link #FORMS}
     */
    public static List<FailureCondition> parse(String text) throws InvalidException {
        List<FailureCondition> conditions = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            conditions.add(parseOne(one.strip()));
        }
        return conditions;
    }

    private static FailureCondition parseOne(String text) throws InvalidException {
        Matcher parts = FORM.matcher(text);
        if (parts.matches()) {
            for (What what : What.values()) {
                if (what.text.equals(parts.group(1)) && what.measured == (parts.group(2) != null)) {
                    return new FailureCondition(what, what.measured ? Double.parseDouble(parts.group(2)) : 0);
                }
            }
        }
        throw new InvalidException(text);
    }

    /** The differences that it refuses; empty if it is kept. */
    public List<Difference> violations(Comparison comparison) {
        return switch (what) {
            case NEW_ERRORS -> comparison.of(Kind.NEW_ERROR);
            case NEW_CALLS -> comparison.of(Kind.NEW_CALL);
            case VANISHED_CALLS -> comparison.of(Kind.VANISHED_CALL);
            case LATENCY -> grown(comparison.of(Kind.SLOWER));
            case CALLS -> grown(comparison.of(Kind.COUNT));
        };
    }

    private List<Difference> grown(List<Difference> differences) {
        return differences.stream()
                .filter(difference -> difference.growthPercent() > 0 && difference.growthPercent() >= percent)
                .toList();
    }

    /** As it is written on a command line. */
    @Override
    public String toString() {
        if (!what.measured) {
            return what.text;
        }
        boolean whole = percent == Math.rint(percent);
        return what.text + ":" + (whole ? Long.toString((long) percent) : Double.toString(percent)) + "%";
    }
}
