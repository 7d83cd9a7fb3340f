// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A column of the table of -c, by strace's names (-U, count.c). Times are wall-clock times: strace's columns of those are the
 * same ones here.
 */
public enum SummaryColumn {
    /** Its share of the time of all calls. */
    TIME_PERCENT("% time", 6, "time time-percent"),
    /** Time in all. */
    TOTAL("seconds", 11, "time-total total-time wall-total total-wall"),
    /** The shortest call. */
    SHORTEST("shortest", 8, "min-time time-min shortest wall-min min-wall"),
    /** The longest call. */
    LONGEST("longest", 8, "max-time time-max longest wall-max max-wall"),
    /** The mean. */
    AVERAGE("usecs/call", 11, "avg-time time-avg wall-avg avg-wall"),
    /** How many returned. */
    CALLS("calls", 9, "calls count"),
    /** How many failed. */
    ERRORS("errors", 9, "errors error"),
    /** The call's name. */
    NAME("syscall", 16, "name syscall syscall-name");

    /** What a person may write, without the other spellings. */
    public static final String NAMES = "time-percent, total-time, min-time, max-time, avg-time, calls, errors, name";

    /** Those of strace without -U. */
    public static final List<SummaryColumn> USUAL = List.of(TIME_PERCENT, TOTAL, AVERAGE, CALLS, ERRORS, NAME);

    private final String heading;
    private final int width;
    private final String names;

    SummaryColumn(String heading, int width, String names) {
        this.heading = heading;
        this.width = width;
        this.names = names;
    }

    /** That of one of strace's names, which has a hyphen or an underscore; empty if there is none of this name. */
    public static Optional<SummaryColumn> of(String name) {
        String hyphened = name.replace('_', '-');
        for (SummaryColumn column : values()) {
            if (List.of(column.names.split(" ")).contains(hyphened)) {
                return Optional.of(column);
            }
        }
        return Optional.empty();
    }

    /** These columns, with that of names at the end if it is not among them: without it no row could be read. */
    public static List<SummaryColumn> withName(List<SummaryColumn> columns) {
        if (columns.contains(NAME)) {
            return List.copyOf(columns);
        }
        List<SummaryColumn> all = new ArrayList<>(columns);
        all.add(NAME);
        return List.copyOf(all);
    }

    String heading() {
        return heading;
    }

    /** The least width. */
    int width() {
        return width;
    }
}
