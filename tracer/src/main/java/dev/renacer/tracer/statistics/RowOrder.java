// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import dev.renacer.tracer.statistics.CallStatistics.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** In which order rows are listed: strace's, by strace's names (count.c). What is equal is in the order of names. */
public enum RowOrder {
    /** The longest time in all first. */
    TIME("time time-percent time-total total-time wall-total total-wall"),
    /** That whose shortest call was the longest first. */
    SHORTEST("min min-time time-min shortest wall-min min-wall"),
    /** The longest call first. */
    LONGEST("max max-time time-max longest wall-max max-wall"),
    /** The longest mean first. */
    AVERAGE("avg avg-time time-avg wall-avg avg-wall"),
    /** The most calls first. */
    CALLS("calls count"),
    /** The most errors first. */
    ERRORS("errors error"),
    /** By name. */
    NAME("name syscall syscall-name"),
    /** In strace the order of numbers, which differ by processor; here that of names. */
    NONE("none nothing");

    /** What a person may write, without the other spellings. */
    public static final String NAMES = "time, calls, errors, name, avg-time, min-time, max-time, none";

    private final String names;

    RowOrder(String names) {
        this.names = names;
    }

    /** That of one of strace's names, which has a hyphen or an underscore; empty if there is none of this name. */
    public static Optional<RowOrder> of(String name) {
        String hyphened = name.replace('_', '-');
        for (RowOrder order : values()) {
            if (List.of(order.names.split(" ")).contains(hyphened)) {
                return Optional.of(order);
            }
        }
        return Optional.empty();
    }

    /** Compares rows so that the first is listed first. */
    public Comparator<Row> comparator() {
        Comparator<Row> byName = Comparator.comparing(Row::name);
        return switch (this) {
            case TIME ->
                greatest(row -> row.durations().totalNanos())
                        .thenComparing(greatest(row -> row.durations().count()))
                        .thenComparing(byName);
            case SHORTEST -> greatest(row -> row.durations().shortestNanos()).thenComparing(byName);
            case LONGEST -> greatest(row -> row.durations().longestNanos()).thenComparing(byName);
            case AVERAGE ->
                Comparator.comparingDouble((Row row) -> row.durations().meanNanos())
                        .reversed()
                        .thenComparing(byName);
            case CALLS -> greatest(row -> row.durations().count()).thenComparing(byName);
            case ERRORS -> greatest(Row::failed).thenComparing(byName);
            case NAME, NONE -> byName;
        };
    }

    private static Comparator<Row> greatest(ToLongFunction<Row> key) {
        return Comparator.comparingLong(key).reversed();
    }
}
