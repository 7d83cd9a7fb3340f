// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

/**
 * A call that took far longer than those of its name before it. Times are nanoseconds.
 *
 * @param call           its name
 * @param pid            the process that made it
 * @param tid            the thread
 * @param startNanos     when it began, since the epoch
 * @param durationNanos  how long it took
 * @param meanNanos      the mean of the window before it: its baseline
 * @param deviationNanos of the same window, at least 1: the resolution of the clock
 */
public record Anomaly(
        String call, int pid, int tid, long startNanos, long durationNanos, double meanNanos, double deviationNanos) {
    /** How far from its baseline it is, as renacer 0.6.6 names it. */
    public enum Severity {
        /** Less than 4 deviations. */
        LOW("Low"),
        /** 4 to 5 deviations. */
        MEDIUM("Medium"),
        /** More than 5 deviations. */
        HIGH("High");

        private static final double MEDIUM_FROM = 4;
        private static final double HIGH_ABOVE = 5;

        private final String text;

        Severity(String text) {
            this.text = text;
        }

        static Severity of(double score) {
            if (score > HIGH_ABOVE) {
                return HIGH;
            }
            return score >= MEDIUM_FROM ? MEDIUM : LOW;
        }

        /** As a person reads it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** The z-score: how many deviations it is above the mean. */
    public double score() {
        return (durationNanos - meanNanos) / deviationNanos;
    }

    /** How far that is. */
    public Severity severity() {
        return Severity.of(score());
    }
}
