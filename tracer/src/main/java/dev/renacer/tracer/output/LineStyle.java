// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

/**
 * What a line of text has beside its call. Immutable.
 *
 * @param prefix     when it begins with the id of its thread
 * @param clock      the time of day it begins with
 * @param relative   whether it begins with the time since the line before (-r)
 * @param durations  whether it ends with the time the call took, {@code <seconds.micros>} (-T)
 * @param pointers   whether it shows the instruction pointer of its call (-i)
 * @param column     where the result begins at the earliest, counted from 0 (-a); 0: right behind the arguments
 */
public record LineStyle(
        PidPrefix prefix, Clock clock, boolean relative, boolean durations, boolean pointers, int column) {
    /** The time of day a line begins with. */
    public enum Clock {
        /** None. */
        NONE,
        /** Hours, minutes and seconds of local time (-t). */
        SECONDS,
        /** The same with microseconds (-tt). */
        MICROSECONDS,
        /** Seconds and microseconds since the epoch (-ttt). */
        EPOCH
    }

    /** Lines without instruction pointers. */
    public LineStyle(PidPrefix prefix, Clock clock, boolean relative, boolean durations, int column) {
        this(prefix, clock, relative, durations, false, column);
    }

    /** Lines without times. */
    public static LineStyle of(PidPrefix prefix) {
        return new LineStyle(prefix, Clock.NONE, false, false, 0);
    }

    /** As this one, with the duration of each call. */
    public LineStyle withDurations() {
        return new LineStyle(prefix, clock, relative, true, pointers, column);
    }
}
