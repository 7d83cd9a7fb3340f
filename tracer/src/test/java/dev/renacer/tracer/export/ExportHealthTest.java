// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ExportHealthTest {
    private final List<String> told = new ArrayList<>();
    private final AtomicLong now = new AtomicLong();
    private final ExportHealth health = new ExportHealth(notice -> told.add(notice.message()), now::get);

    @Test
    void aCollectorThatLimitsTheRateIsToldOnceAndNotEachTime() {
        health.connected();
        for (int second = 1; second <= 100; second++) {
            health.failed("the collector answered HTTP 429 (it asks to wait " + second + " s)");
            assertThat(health.lastFailure()).isPresent();
            health.succeeded();
        }

        assertThat(told)
                .containsExactly(
                        "[renacer: OTLP export failed: the collector answered HTTP 429 (it asks to wait 1 s)]",
                        "[renacer: OTLP export works again]");
    }

    @Test
    void anotherCauseIsTold() {
        health.connected();
        health.failed("connection reset");
        health.succeeded();
        health.failed("connection refused");

        assertThat(told).hasSize(3);
    }

    @Test
    void theSameCauseIsToldAgainAfterAWhile() {
        health.connected();
        health.failed("connection reset");
        health.succeeded();
        now.addAndGet(ExportHealth.QUIET.toNanos());
        health.failed("connection reset");

        assertThat(told).hasSize(3);
    }

    @Test
    void whileItFailsNothingMoreIsTold() {
        health.failed("cannot resolve nowhere");
        health.failed("cannot connect to nowhere:4317");

        assertThat(told).singleElement().asString().contains("initialization failed: cannot resolve nowhere");
        assertThat(health.lastFailure()).contains("cannot connect to nowhere:4317");
    }
}
