// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.call;

/**
 * How long a thread has slept. /proc does not say when a call began. What it shows is when the thread was last on a CPU: it
 * has been in its call for at least as long, and longer if it was woken in it and slept again.
 *
 * @param nanos  0 if it is not known
 */
public record Age(Kind kind, long nanos) {
    /** That of a thread that does not sleep, or of which nothing is known. */
    public static final Age UNKNOWN = new Age(Kind.UNKNOWN, 0);

    /** Where a figure comes from. */
    public enum Kind {
        /** The time since it was last on a CPU. */
        SINCE_LAST_RUN,
        /** The time between two looks, between which it did not run. */
        AT_LEAST,
        /** There is none. */
        UNKNOWN
    }
}
