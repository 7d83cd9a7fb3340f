// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import java.util.OptionalDouble;

/**
 * Something in which two traces differ.
 *
 * @param kind         what has changed
 * @param key          whose calls
 * @param errno        of errors; 0 otherwise
 * @param before       how many there are in the first trace: errors of that errno, calls otherwise
 * @param after        likewise in the second
 * @param beforeNanos  of shifts the median duration in the first trace, otherwise the time of its calls; nanoseconds
 * @param afterNanos   likewise in the second
 * @param p            of shifts, how likely one as great were without a cause, corrected for the number of tests
 */
public record Difference(
        Kind kind,
        CallKey key,
        int errno,
        long before,
        long after,
        double beforeNanos,
        double afterNanos,
        OptionalDouble p) {
    /** Kinds, those first that a person should see first. */
    public enum Kind {
        /** An errno that calls of this key did not return before. */
        NEW_ERROR("new errors"),
        /** Calls take longer. */
        SLOWER("slower"),
        /** Calls that were not made before. */
        NEW_CALL("new calls"),
        /** The same calls are made another number of times. */
        COUNT("other counts"),
        /** Calls that are no longer made. */
        VANISHED_CALL("vanished calls"),
        /** An errno that is no longer returned. */
        VANISHED_ERROR("vanished errors"),
        /** Calls take less time. */
        FASTER("faster");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** As a heading has it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** By how many percent it grew: of shifts the median, otherwise the number; infinite from nothing. */
    public double growthPercent() {
        boolean isShift = kind == Kind.SLOWER || kind == Kind.FASTER;
        double from = isShift ? beforeNanos : before;
        double to = isShift ? afterNanos : after;
        return from == 0 ? Double.POSITIVE_INFINITY : (to / from - 1) * 100;
    }

    /** Whether calls of this key were made in both traces: an error of those tells more than one of calls that are new, too. */
    boolean isOfKnownCalls() {
        return switch (kind) {
            case NEW_ERROR, VANISHED_ERROR -> beforeNanos > 0 && afterNanos > 0;
            case SLOWER, FASTER, COUNT -> true;
            case NEW_CALL, VANISHED_CALL -> false;
        };
    }

    /** How much of it there is, to list the most first: nanoseconds, but of errors their number. */
    double weight() {
        return switch (kind) {
            case NEW_ERROR, VANISHED_ERROR -> Math.abs(after - before);
            case SLOWER, FASTER -> Math.abs(afterNanos - beforeNanos) * after;
            case NEW_CALL, VANISHED_CALL, COUNT -> Math.abs(afterNanos - beforeNanos);
        };
    }
}
