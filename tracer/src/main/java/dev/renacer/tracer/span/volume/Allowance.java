// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

/** So many at once, and so many a second afterwards (a token bucket), by the times of calls. For one thread. */
final class Allowance {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double burst;
    private final double perSecond;
    private double tokens;
    private long latestNanos = Long.MIN_VALUE;

    /**
     * @param burst      what there is at first, and at most
     * @param perSecond  what is added
     */
    Allowance(double burst, double perSecond) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.tokens = burst;
    }

    /**
     * Takes one, if there is one.
     *
     * @param nanos  the time; an earlier one than before counts as that
     * @param kept   so many must be left then
     */
    boolean take(long nanos, double kept) {
        advance(nanos);
        if (tokens < 1 + kept) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Takes some that are needed in any case; what is missing is saved up for. */
    void charge(long nanos, int some) {
        advance(nanos);
        tokens -= some;
    }

    private void advance(long nanos) {
        if (latestNanos == Long.MIN_VALUE) {
            latestNanos = nanos;
        }
        if (nanos > latestNanos) {
            tokens = Math.min(burst, tokens + (nanos - latestNanos) / NANOS_PER_SECOND * perSecond);
            latestNanos = nanos;
        }
    }
}
