// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReconcileRateLimiterTest {
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // it overflows on the way
    private final ReconcileRateLimiter rate = new ReconcileRateLimiter(nanoTime::get);
    private final ReconcileRateLimiter.Credit request = rate.initState();

    @Test
    void someLooksFollowEachOtherAtOnce() {
        assertThat(looksWithoutWaiting()).isEqualTo(10);
    }

    @Test
    void moreComeAtAnEvenPace() {
        looksWithoutWaiting();

        assertThat(rate.isLimited(request)).contains(Duration.ofMillis(200));
        pass(Duration.ofMillis(150));
        assertThat(rate.isLimited(request)).contains(Duration.ofMillis(50));
        pass(Duration.ofMillis(50));
        assertThat(looksWithoutWaiting()).isEqualTo(1);
    }

    @Test
    void aQuietRequestGetsItsLooksBackAndNoMore() {
        looksWithoutWaiting();
        pass(Duration.ofHours(1));

        assertThat(looksWithoutWaiting()).isEqualTo(10);
    }

    @Test
    void requestsDoNotWaitForEachOther() {
        looksWithoutWaiting();

        assertThat(rate.isLimited(rate.initState())).isEmpty();
    }

    private int looksWithoutWaiting() {
        int looks = 0;
        while (rate.isLimited(request).isEmpty()) {
            looks++;
        }
        return looks;
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }
}
