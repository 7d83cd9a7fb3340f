// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

/** Exit codes of {@code kubectl renacer} besides 0, 1 and 2; the reference lists all of them. */
public final class KubectlExit {
    /** The operator, a policy or a namespace refused the request. */
    public static final int REFUSED = 3;
    /** The trace is over and no process was ever traced. */
    public static final int NOTHING_TRACED = 4;
    /** No answer within the time allowed for it. */
    public static final int TIMED_OUT = 5;

    /** The trace is over but its figures are incomplete: an agent was killed, or did not report the end. */
    public static final int INCOMPLETE = 6;

    /** There is what {@code --fail-on} names. */
    public static final int FOUND = 7;

    private KubectlExit() {}
}
