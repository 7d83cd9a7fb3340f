// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestStatusCadenceTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final RequestStatusCadence cadence = new RequestStatusCadence();
    private final List<Long> writesAt = new ArrayList<>();
    private @Nullable TraceRequestStatus written;

    @Test
    void aMinuteWithoutTroubleCostsFourWritesThoughFiguresChangeAllTheTime() {
        at(0, status(Reason.WaitingForAgent, 0, 3600));
        for (long millis = 300; millis < 60_000; millis += 100) {
            at(millis, status(Reason.Tracing, millis, 3600));
        }

        assertThat(writesAt).containsExactly(0L, 300L, 2_800L, 10_800L);
    }

    @Test
    void laterFiguresAreWrittenOnceAMinute() {
        at(0, status(Reason.Tracing, 0, 3600));
        for (long seconds = 1; seconds <= 600; seconds++) {
            at(seconds * 1000, status(Reason.Tracing, seconds, 3600));
        }

        assertThat(writesAt).hasSizeBetween(3 + 8, 3 + 9);
        for (int i = 3; i < writesAt.size(); i++) {
            assertThat(writesAt.get(i) - writesAt.get(i - 1)).isBetween(60_000L, 67_000L);
        }
    }

    @Test
    void nothingNewIsNotWritten() {
        at(0, status(Reason.Tracing, 5, 3600));
        for (long seconds = 1; seconds <= 300; seconds++) {
            at(seconds * 1000, status(Reason.Tracing, 5, 3600));
        }

        assertThat(writesAt).containsExactly(0L);
    }

    @Test
    void aShortWindowKeepsTheLastOfItsWritesForTheEnd() {
        at(0, status(Reason.WaitingForAgent, 0, 20));
        at(200, status(Reason.Tracing, 0, 20));
        for (long millis = 1_000; millis < 20_000; millis += 500) {
            at(millis, status(Reason.Tracing, millis, 20));
        }
        at(20_000, over(status(Reason.DeadlineReached, 99_999, 20)));

        assertThat(writesAt).containsExactly(0L, 200L, 3_000L, 20_000L);
    }

    @Test
    void flappingConditionsAreHeldToFourAMinute() {
        for (long seconds = 0; seconds < 120; seconds++) {
            at(seconds * 1000, status(seconds % 2 == 0 ? Reason.NoPodMatches : Reason.ContainerNotRunning, 0, 3600));
        }

        assertThat(writesAt).hasSize(8);
    }

    @Test
    void saysWhenToAskAgain() {
        TraceRequestStatus status = status(Reason.Tracing, 0, 3600);
        cadence.written(null, status, START);

        assertThat(cadence.decide(status, status, Optional.of(START), START).again())
                .contains(START.plusMillis(2_500));
    }

    private void at(long millis, TraceRequestStatus status) {
        Instant now = START.plusMillis(millis);
        Optional<Instant> since = status.totals() == null ? Optional.empty() : Optional.of(START.plusMillis(300));
        if (cadence.decide(written, status, since, now).write()) {
            cadence.written(written, status, now);
            written = status;
            writesAt.add(millis);
        }
    }

    private static TraceRequestStatus status(Reason tracing, long spans, int windowSeconds) {
        Condition condition = new ConditionBuilder()
                .withType(ConditionType.Tracing.name())
                .withStatus(tracing == Reason.Tracing ? "True" : "False")
                .withReason(tracing.name())
                .build();
        return new TraceRequestStatus(
                1L,
                List.of(condition),
                START.toString(),
                START.plus(Duration.ofSeconds(windowSeconds)).toString(),
                null,
                1,
                new TraceTotals(1, 1, spans, spans, 0),
                List.of(),
                null,
                null,
                null);
    }

    private static TraceRequestStatus over(TraceRequestStatus status) {
        return new TraceRequestStatus(
                status.observedGeneration(),
                status.conditions(),
                status.startTime(),
                status.deadline(),
                status.deadline(),
                status.nodes(),
                status.totals(),
                status.firstTraceIds(),
                null,
                null,
                null);
    }
}
