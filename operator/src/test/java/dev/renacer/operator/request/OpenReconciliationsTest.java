// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenReconciliationsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10); // it may overflow
    private final OpenReconciliations looks = new OpenReconciliations(now::get);

    @Test
    void theOldestLookThatDoesNotEndIsTold() {
        Optional<String> told = looks.during("TraceRequest shop/slow", () -> {
            now.addAndGet(OpenReconciliations.LONGEST.toNanos() + 1);
            return looks.during("TraceRequest shop/quick", looks::overdue);
        });

        assertThat(told).contains("the look at TraceRequest shop/slow has not ended for 180 s");
        assertThat(looks.overdue()).isEmpty();
    }

    @Test
    void aLookMayTakeAWhile() {
        assertThat(looks.during("a", () -> {
                    now.addAndGet(OpenReconciliations.LONGEST.toNanos());
                    return looks.overdue();
                }))
                .isEmpty();
    }

    @Test
    void aLookThatThrowsHasEnded() {
        assertThatThrownBy(() -> looks.during("a", () -> {
                    throw new IllegalStateException("x");
                }))
                .isInstanceOf(IllegalStateException.class);
        now.addAndGet(2 * OpenReconciliations.LONGEST.toNanos());

        assertThat(looks.overdue()).isEmpty();
    }
}
