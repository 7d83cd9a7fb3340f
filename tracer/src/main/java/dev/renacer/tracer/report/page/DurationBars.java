// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report.page;

/**
 * How durations spread, as a page draws it: bars of which each is a fifth wider than the one before it, four an octave, from 64
 * ns to some 275 s; what is outside is in the first or the last. {@code histogram.js} has the same. For one thread.
 */
public final class DurationBars {
    private static final int STEPS = 4;
    private static final int FIRST_OCTAVE = 6;
    private static final int LAST_OCTAVE = 38;
    private static final double LN2 = Math.log(2);

    private final long[] counts = new long[(LAST_OCTAVE - FIRST_OCTAVE) * STEPS];

    /** Adds a number of durations of so many nanoseconds. */
    public void add(double nanos, long count) {
        counts[bar(nanos)] += count;
    }

    private int bar(double nanos) {
        double octave = Math.log(Math.max(1, nanos)) / LN2 - FIRST_OCTAVE;
        return Math.clamp((long) Math.floor(octave * STEPS), 0, counts.length - 1);
    }

    /** The bars that are not empty, as JSON: {@code [[bar,count],...]}. */
    public String json() {
        StringBuilder json = new StringBuilder("[");
        for (int bar = 0; bar < counts.length; bar++) {
            if (counts[bar] > 0) {
                json.append(json.length() == 1 ? "[" : ",[")
                        .append(bar)
                        .append(',')
                        .append(counts[bar])
                        .append(']');
            }
        }
        return json.append(']').toString();
    }
}
