// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.span.volume.SpanBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpanBudgetTest {
    private static final TracedProcess NGINX = Scenario.process(4_321, 0, "nginx");
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int OPENAT = 257;
    private static final int UNLINK = 87;
    private static final long ENOENT = -2;
    private static final long EAGAIN = -11;
    private static final int SECOND = 1_000_000;

    private final CallStatus.Rule rule = new CallStatus.Rule(SpanOptions.ErrorStatus.REAL_FAILURES);
    /** When each call that was admitted ended, in microseconds, by its number and result. */
    private final Map<String, List<Long>> admitted = new TreeMap<>();

    private void call(SpanBudget budget, int number, long endMicros, long micros, long result) {
        var call = Scenario.call(
                NGINX,
                number,
                endMicros - micros,
                endMicros,
                result < 0 ? Outcome.FAILED : Outcome.RETURNED,
                result,
                false);
        if (budget.admits(call, rule.of(call).isFailure())) {
            admitted.computeIfAbsent(number + " " + Math.min(result, 0), _ -> new ArrayList<>())
                    .add(endMicros);
        }
    }

    private int admitted(int number, long result) {
        return admitted.getOrDefault(number + " " + result, List.of()).size();
    }

    private int all() {
        return admitted.values().stream().mapToInt(List::size).sum();
    }

    /** 50,000 reads and writes a second, of which every tenth read would block. */
    private void load(SpanBudget budget, long micros) {
        boolean blocks = micros % 200 == 0;
        call(budget, micros % 40 == 0 ? READ : WRITE, micros, 3, blocks ? EAGAIN : 5);
    }

    @Test
    void failuresArriveWholeUnderAnyLoad() {
        SpanBudget budget = new SpanBudget(2_000);
        for (long micros = 20; micros < 24L * SECOND; micros += 20) {
            load(budget, micros);
            if (micros % SECOND == 500_000) {
                call(budget, OPENAT, micros, 10, ENOENT);
            }
        }
        assertThat(admitted(OPENAT, ENOENT)).isEqualTo(24);
        assertThat(all()).isBetween(24 * 2_000 * 8 / 10, 25 * 2_000);
    }

    @Test
    void aRareCallIsNotCrowdedOutByACommonOne() {
        SpanBudget budget = new SpanBudget(1_000);
        for (long micros = 20; micros < 20L * SECOND; micros += 20) {
            load(budget, micros);
            if (micros % 500_000 == 250_000) {
                call(budget, UNLINK, micros, 10, 0);
            }
        }
        assertThat(admitted(UNLINK, 0)).isEqualTo(40);
        // and the common ones share alike what is left
        assertThat((double) admitted(READ, 0) + admitted(READ, EAGAIN))
                .isBetween(0.5 * admitted(WRITE, 0), 2.0 * admitted(WRITE, 0));
    }

    @Test
    void aFloodOfOneFailureCrowdsOutNeitherAnotherNorTheRest() {
        SpanBudget budget = new SpanBudget(1_000);
        for (long micros = 20; micros < 10L * SECOND; micros += 20) {
            call(budget, OPENAT, micros, 3, ENOENT);
            if (micros % 100_000 == 50_000) {
                call(budget, UNLINK, micros, 3, ENOENT);
                call(budget, UNLINK, micros, 3, 0);
            }
        }
        assertThat(admitted(UNLINK, ENOENT)).isEqualTo(100);
        assertThat(admitted(UNLINK, 0)).isGreaterThanOrEqualTo(95);
        assertThat(all()).isLessThanOrEqualTo(11_000);
    }

    @Test
    void callsSlowerThanTheirOwnPercentileGoBeforeTheRest() {
        SpanBudget budget = new SpanBudget(500);
        for (long micros = 20; micros < 20L * SECOND; micros += 20) {
            boolean slow = micros % 100_000 == 0;
            call(budget, READ, micros, slow ? 15 : 2, slow ? 0 : 7);
        }
        // READ with result 7 and 0 alike are "0 0" here: count the slow ones by their time
        long slow = admitted.getOrDefault("0 0", List.of()).stream()
                .filter(micros -> micros % 100_000 == 0)
                .count();
        assertThat(slow).isGreaterThanOrEqualTo(190);
    }

    @Test
    void theRestIsEvenOverTheSecond() {
        SpanBudget budget = new SpanBudget(2_000);
        for (long micros = 20; micros < 10L * SECOND; micros += 20) {
            load(budget, micros);
        }
        Map<Long, Integer> byTenth = new TreeMap<>();
        admitted.values().forEach(times -> times.forEach(micros -> byTenth.merge(micros / 100_000, 1, Integer::sum)));
        for (long tenth = 30; tenth < 99; tenth++) { // once the load is known
            assertThat(byTenth.get(tenth)).isBetween(140, 260);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 2_000})
    void theRateHoldsWithABurstOfOneSecond(int rate) {
        SpanBudget budget = new SpanBudget(rate);
        for (long micros = 100; micros < 10L * SECOND; micros += 100) {
            call(budget, OPENAT, micros, 3, micros % 300 == 0 ? ENOENT : 3);
        }
        assertThat(all()).isBetween(5 * rate, 11 * rate);
    }

    @Test
    void whatFitsIsAllThere() {
        SpanBudget budget = new SpanBudget(2_000);
        for (long micros = 1_000; micros < 10L * SECOND; micros += 1_000) {
            call(budget, (int) (micros / 1_000 % 5), micros, 3 + micros % 17, 0);
        }
        assertThat(all()).isEqualTo(9_999);
    }

    @Test
    void aClockThatGoesBackOrFarAheadStopsNothing() {
        SpanBudget budget = new SpanBudget(100);
        for (long micros : new long[] {5L * SECOND, SECOND, 3_600L * SECOND, 86_400L * 365 * SECOND, 7L * SECOND}) {
            for (int i = 0; i < 50; i++) {
                call(budget, OPENAT, micros, 1, ENOENT);
            }
        }
        assertThat(all()).isBetween(180, 250);
    }

    @Test
    void aBudgetOfNothingIsRefused() {
        assertThatThrownBy(() -> new SpanBudget(0)).hasMessageContaining("at least 1");
    }
}
