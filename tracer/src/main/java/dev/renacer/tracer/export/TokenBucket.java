// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

/**
 * A limit of so many spans a second, with a burst of one second's worth. Counted in billionths of a span, so that no
 * rate is rounded. Not thread-safe.
 */
final class TokenBucket {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long perSecond;
    private long credit;
    private long refilledNanos;

    /**
     * A full bucket.
     *
     * @param perSecond  the rate; at least 1
     * @param nowNanos   a monotonic clock's value
     */
    TokenBucket(int perSecond, long nowNanos) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("a budget of " + perSecond + " spans/s is none: it must be at least 1");
        }
        this.perSecond = perSecond;
        this.credit = perSecond * NANOS_PER_SECOND;
        this.refilledNanos = nowNanos;
    }

    /** Takes one, if there is one. */
    boolean tryTake(long nowNanos) {
        long elapsed = Math.clamp(nowNanos - refilledNanos, 0, NANOS_PER_SECOND);
        credit = Math.min(perSecond * NANOS_PER_SECOND, credit + elapsed * perSecond);
        refilledNanos = nowNanos;
        if (credit < NANOS_PER_SECOND) {
            return false;
        }
        credit -= NANOS_PER_SECOND;
        return true;
    }
}
