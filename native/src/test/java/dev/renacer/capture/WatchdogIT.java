// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.capture.ring.EventKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The engine ends a trace by itself: no thread of Java has a part in it. */
class WatchdogIT {
    private static final Duration SOON = Duration.ofMillis(300);

    @Test
    void theDeadlineEndsTheTraceWhileTheTargetGoesOn() throws Exception {
        assertThat(reasonsOfDetach(Captured.everything(Optional.of(SOON), Optional.empty())))
                .containsExactly(DetachReason.DEADLINE);
    }

    @Test
    void aLostHeartbeatEndsTheTraceWhileTheTargetGoesOn() throws Exception {
        assertThat(reasonsOfDetach(Captured.everything(Optional.empty(), Optional.of(SOON))))
                .containsExactly(DetachReason.HEARTBEAT_LOST);
    }

    private static List<DetachReason> reasonsOfDetach(CaptureOptions options) throws Exception {
        List<DetachReason> reasons = new ArrayList<>();
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "100").says("ready");
                CaptureSession session = CaptureSession.open(options)) {
            session.attach(target.pid());
            assertThat(session.awaitFinished(Duration.ofSeconds(TargetProcess.LIMIT_SECONDS)))
                    .isTrue();
            assertThat(target.fields("TracerPid")).containsOnly("0");
            Captured.drain(session, event -> {
                if (event.kind() == EventKind.DETACHED) {
                    reasons.add(DetachReason.of(event.aux()));
                }
            });
            assertThat(target.tell("go").says("done").end()).isEqualTo(7);
        }
        return reasons;
    }
}
