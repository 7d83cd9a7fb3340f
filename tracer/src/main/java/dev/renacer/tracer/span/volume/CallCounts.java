// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

/**
 * What became of the calls of one stretch of a process's life. Each call that was made is counted in one of the others:
 * {@code made = exported + folded + sampled + lost}, once the folds are closed. For one thread.
 */
public final class CallCounts {
    private long made;
    private long exported;
    private long folded;
    private long sampled;
    private long lost;

    /** Calls were made. */
    public void countMade(long calls) {
        made += calls;
    }

    /** A call is a span of its own, which the exporter has taken. */
    public void countExported() {
        exported++;
    }

    /** Calls are in a summary, which the exporter has taken. */
    public void countFolded(long calls) {
        folded += calls;
    }

    /** A rule has left calls out. */
    public void countSampled(long calls) {
        sampled += calls;
    }

    /** Calls are in no span, since there was no room. */
    public void countLost(long calls) {
        lost += calls;
    }

    /** Calls that were asked for, seen or known to be lost. */
    public long made() {
        return made;
    }

    /** Calls that are spans of their own. */
    public long exported() {
        return exported;
    }

    /** Calls in summaries. */
    public long folded() {
        return folded;
    }

    /** Calls that a rule left out. */
    public long sampled() {
        return sampled;
    }

    /** Calls in no span, for want of room. */
    public long lost() {
        return lost;
    }
}
