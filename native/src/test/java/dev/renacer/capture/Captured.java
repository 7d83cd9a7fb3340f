// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventRing;
import dev.renacer.capture.ring.RingPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Opens sessions for tests and reads their events until something was seen. */
final class Captured {
    private Captured() {}

    /** Every call, no strings, no loss, children followed, no deadline. */
    static CaptureOptions everything() {
        return everything(Optional.empty(), Optional.empty());
    }

    static CaptureOptions everything(Optional<Duration> deadline, Optional<Duration> heartbeatTimeout) {
        return new CaptureOptions(
                CapturePlan.EVERYTHING, RingPolicy.BLOCK, 1 << 12, 1 << 16, 256, true, deadline, heartbeatTimeout);
    }

    /** Drains until this many events matched. */
    static void await(CaptureSession session, int count, Predicate<CapturedEvent> matches) {
        AtomicLong seen = new AtomicLong();
        Awaitility.await()
                .atMost(Duration.ofSeconds(TargetProcess.LIMIT_SECONDS))
                .until(() -> {
                    drain(session, event -> seen.addAndGet(matches.test(event) ? 1 : 0));
                    return seen.get() >= count;
                });
    }

    /** Drains until the session has finished and its ring is empty. */
    static void awaitFinished(CaptureSession session, EventRing.Consumer consumer) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(TargetProcess.LIMIT_SECONDS))
                .until(() -> {
                    boolean finished = session.finished();
                    drain(session, consumer);
                    return finished;
                });
    }

    static void drain(CaptureSession session, EventRing.Consumer consumer) {
        while (session.ring().drain(consumer, 1_000) > 0) {
            // go on until it is empty
        }
    }
}
