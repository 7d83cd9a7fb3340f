// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

/** Exit codes of {@code kubectl renacer} besides 0, 1 and 2; the reference tells them all. */
final class KubectlExit {
    /** The operator, a policy or a namespace refused the request. */
    static final int REFUSED = 3;
    /** The trace is over and no process was ever traced. */
    static final int NOTHING_TRACED = 4;
    /** No answer within the time that is allowed for it. */
    static final int TIMED_OUT = 5;

    /** The trace is over and its figures are not whole: an agent was killed, or did not report the end. */
    static final int INCOMPLETE = 6;

    private KubectlExit() {}
}
