// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.syscall.Syscall;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts, errors and times by call. A call that did not return has no duration and is counted apart, as with strace.
 * Bounded: calls that have no name share one row once there are many of them. For the consumer thread.
 */
public final class CallStatistics implements TraceListener {
    /** The row of calls without a name beyond {@link #MOST_UNNAMED}. */
    static final String OTHERS = "syscall_others";
    /** A program may try every number there is. */
    static final int MOST_UNNAMED = 256;
    /** Percentiles are within 0.1 %. */
    private static final int DIGITS = 3;
    /** Those of errors within 1 %: a call may return many errors. */
    private static final int DIGITS_OF_ERRORS = 2;

    /** What is known of the calls of one name. */
    public static final class Row {
        private final String name;
        private final boolean spread;
        private final Durations durations;
        private final Map<Integer, Durations> errors = new TreeMap<>();
        private long failed;

        private Row(String name, boolean spread) {
            this.name = name;
            this.spread = spread;
            this.durations = spread ? Durations.spread(DIGITS) : Durations.plain();
        }

        private void add(SyscallCall call) {
            durations.add(call.durationNanos());
            if (call.outcome() == Outcome.FAILED) {
                failed++;
                if (spread) {
                    errors.computeIfAbsent(call.errno(), _ -> Durations.spread(DIGITS_OF_ERRORS))
                            .add(call.durationNanos());
                }
            }
        }

        /** Their name. */
        public String name() {
            return name;
        }

        /** How long they took, failed ones included. */
        public Durations durations() {
            return durations;
        }

        /** How many have failed. */
        public long failed() {
            return failed;
        }

        /** How long those took that failed, by errno; empty if spreads are not kept. */
        public Map<Integer, Durations> errors() {
            return Collections.unmodifiableMap(errors);
        }
    }

    /**
     * Calls of one name that were still going on when the trace ended.
     *
     * @param count         how many
     * @param longestNanos  since when the one that began first has been going on
     */
    public record InFlight(long count, long longestNanos) {
        private InFlight with(InFlight other) {
            return new InFlight(count + other.count, Math.max(longestNanos, other.longestNanos));
        }
    }

    private final boolean spread;
    private final Map<String, Row> rows = new HashMap<>();
    private final Map<String, Long> unreturned = new TreeMap<>();
    private final Map<String, InFlight> inFlight = new TreeMap<>();
    private int unnamed;
    private long lost;

    /**
     * @param spread  whether percentiles, deviations and times by errno are kept
     */
    public CallStatistics(boolean spread) {
        this.spread = spread;
    }

    @Override
    public void onCall(SyscallCall call) {
        if (call.outcome() != Outcome.UNFINISHED) {
            row(call.syscall()).add(call);
        } else if (call.left()) {
            inFlight.merge(name(call.syscall()), new InFlight(1, call.durationNanos()), InFlight::with);
        } else {
            unreturned.merge(name(call.syscall()), 1L, Long::sum);
        }
    }

    private Row row(Syscall syscall) {
        Row known = rows.get(syscall.name());
        return known == null ? rows.computeIfAbsent(name(syscall), name -> new Row(name, spread)) : known;
    }

    private String name(Syscall syscall) {
        if (syscall.known() || rows.containsKey(syscall.name())) {
            return syscall.name();
        }
        return unnamed++ < MOST_UNNAMED ? syscall.name() : OTHERS;
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (event instanceof TraceEvent.EventsLost losses) {
            lost += losses.count();
        }
    }

    /** One row for each name, in no order. */
    public Collection<Row> rows() {
        return Collections.unmodifiableCollection(rows.values());
    }

    /** Calls that never returned (exit, death of the thread), by name. */
    public Map<String, Long> unreturned() {
        return Collections.unmodifiableMap(unreturned);
    }

    /** Calls that were going on when the trace ended, by name. */
    public Map<String, InFlight> inFlight() {
        return Collections.unmodifiableMap(inFlight);
    }

    /** Events that were lost: calls among them are counted nowhere else. */
    public long lost() {
        return lost;
    }

    /** The sum of all rows' times in nanoseconds. */
    public long totalNanos() {
        return rows.values().stream()
                .mapToLong(row -> row.durations().totalNanos())
                .sum();
    }

    /** That of the row with this name. */
    Optional<Row> row(String name) {
        return Optional.ofNullable(rows.get(name));
    }
}
