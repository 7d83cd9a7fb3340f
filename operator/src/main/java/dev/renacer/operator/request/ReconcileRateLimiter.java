// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import io.javaoperatorsdk.operator.processing.event.rate.RateLimiter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How often one request is reconciled: some reconciliations may follow each other at once, further ones at an even
 * pace. Each report of an agent triggers one for the whole request; with a thousand nodes, one reconciliation can
 * process two hundred reports as well as one. The operator SDK's LinearRateLimiter counts in fixed windows: with the
 * same rate it would delay a status by up to 2 s after a burst.
 */
public final class ReconcileRateLimiter implements RateLimiter<ReconcileRateLimiter.Credit> {
    private static final int AT_ONCE = 10;
    private static final long PACE = Duration.ofMillis(200).toNanos();

    private final LongSupplier nanoTime;

    /**
     * What a request has left: the time at which all its reconciliations will be available again. Used under the event
     * processor's lock.
     */
    static final class Credit implements RateLimitState {
        private long full;

        private Credit(long full) {
            this.full = full;
        }
    }

    /**
     * @param nanoTime  like System.nanoTime
     */
    public ReconcileRateLimiter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public Optional<Duration> isLimited(RateLimitState state) {
        Credit credit = (Credit) state;
        long now = nanoTime.getAsLong();
        long full = credit.full - now < 0 ? now : credit.full;
        long wait = full + PACE - (now + AT_ONCE * PACE);
        if (wait > 0) {
            return Optional.of(Duration.ofNanos(wait));
        }
        credit.full = full + PACE;
        return Optional.empty();
    }

    @Override
    public Credit initState() {
        return new Credit(nanoTime.getAsLong());
    }
}
