// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.capture.ring.RingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A target slowed down too much is detached natively and runs on; one that waits is not slowed down. */
class SlowdownIT {
    private static final int BOUND = 50;
    private static final Duration LIMIT = Duration.ofSeconds(TargetProcess.LIMIT_SECONDS);

    @Test
    void aBusyTargetIsLetGoAndRunsToItsEnd() throws Exception {
        List<DetachReason> reasons = new ArrayList<>();
        // More calls than a traced program makes in the seconds until it is judged.
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "3000000").says("ready");
                CaptureSession session = CaptureSession.open(bounded(RingPolicy.DROP))) {
            session.attach(target.pid());
            target.tell("go");
            assertThat(session.awaitFinished(LIMIT)).isTrue();
            assertThat(target.fields("TracerPid")).containsOnly("0");
            Captured.drain(session, event -> {
                if (event.kind() == EventKind.DETACHED) {
                    reasons.add(DetachReason.of(event.aux()));
                }
            });
            CaptureStats stats = session.stats();
            assertThat(stats.worstSlowdownPercent()).isGreaterThan(BOUND);
            assertThat(stats.stopMicrosP50()).isPositive();
            assertThat(stats.stopMicrosP99()).isGreaterThanOrEqualTo(stats.stopMicrosP50());
            assertThat(target.says("done").end()).isEqualTo(7);
        }
        assertThat(reasons).containsExactly(DetachReason.SLOWDOWN_EXCEEDED);
    }

    @Test
    void aTargetThatWaitsStaysTraced() throws Exception {
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "100").says("ready");
                CaptureSession session = CaptureSession.open(bounded(RingPolicy.BLOCK))) {
            session.attach(target.pid());
            Awaitility.await().during(Duration.ofMillis(2500)).atMost(LIMIT).until(() -> !session.finished());
            assertThat(target.tell("go").says("done").end()).isEqualTo(7);
            assertThat(session.awaitFinished(LIMIT)).isTrue();
            assertThat(session.stats().worstSlowdownPercent()).isLessThan(BOUND);
        }
    }

    @Test
    void aBoundOfNothingIsRefused() {
        assertThatThrownBy(() -> Captured.everything().withMaxSlowdown(OptionalInt.of(0), OnExceeded.DETACH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }

    @Test
    void withADutyCycleABusyTargetStaysTracedAndRests() throws Exception {
        CaptureOptions resting = bounded(RingPolicy.DROP).withMaxSlowdown(OptionalInt.of(BOUND), OnExceeded.DUTY_CYCLE);
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "20000000").says("ready");
                CaptureSession session = CaptureSession.open(resting)) {
            session.attach(target.pid());
            assertThat(target.tell("go").says("done").end()).isEqualTo(7);
            assertThat(session.awaitFinished(LIMIT)).isTrue();
            CaptureStats stats = session.stats();
            assertThat(stats.rests()).isPositive();
            assertThat(stats.unwatchedMillis()).isPositive();
            assertThat(stats.watchedMillis()).isPositive();
            assertThat(stats.calls()).isPositive().isLessThan(20_000_000);
        }
    }

    @Test
    void aTargetThatEndsInItsRestWasSlowedDownMoreThanTheBound() throws Exception {
        CaptureOptions resting = bounded(RingPolicy.DROP).withMaxSlowdown(OptionalInt.of(BOUND), OnExceeded.DUTY_CYCLE);
        // More calls than it makes until it is killed, in a rest: those of such a target last seconds.
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "2000000000").says("ready");
                CaptureSession session = CaptureSession.open(resting)) {
            session.attach(target.pid());
            target.tell("go");
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(LIMIT)
                    .until(() -> session.stats().rests() > 0);
            target.kill();
            assertThat(session.awaitFinished(LIMIT)).isTrue();
            assertThat(session.stats().worstSlowdownPercent()).isGreaterThan(BOUND);
        }
    }

    private static CaptureOptions bounded(RingPolicy policy) {
        return new CaptureOptions(
                        CapturePlan.EVERYTHING, policy, 1 << 12, 1 << 16, 256, true, Optional.empty(), Optional.empty())
                .withMaxSlowdown(OptionalInt.of(BOUND), OnExceeded.DETACH);
    }
}
