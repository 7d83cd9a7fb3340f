// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import static dev.renacer.capture.ring.EventKind.CALL;
import static dev.renacer.capture.ring.EventKind.PROCESS_EXITED;
import static dev.renacer.capture.ring.EventKind.PROCESS_STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.ring.EventFlags;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.capture.ring.SyntheticRing;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracingTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PID = 5_000_007;

    private final RecordedSession session = new RecordedSession();
    private final RecordingListener seen = new RecordingListener();

    @AfterEach
    void closeRing() {
        session.close();
    }

    @Test
    void deliversTheRingAndEndsWhenTheSessionIsFinished() throws InterruptedException {
        try (Tracing tracing = tracing(seen)) {
            event(PROCESS_STARTED).publish();
            event(CALL).number(0).publish();
            event(CALL).number(1).publish();
            session.finished.set(true);

            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(seen.calls()).extracting(call -> call.syscall().name()).containsExactly("read", "write");
            assertThat(seen.hasEnded()).isTrue();
        }
        assertThat(session.closed).isTrue();
    }

    @Test
    void whatWasPublishedBeforeTheEndIsDelivered() throws InterruptedException {
        for (int call = 0; call < 1000; call++) {
            event(CALL).number(39).publish();
        }
        session.finished.set(true);
        try (Tracing tracing = tracing(seen)) {
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
        }
        assertThat(seen.calls()).hasSize(1000);
    }

    @Test
    void keepsTheOrderOfTheRing() throws InterruptedException {
        try (Tracing tracing = tracing(seen)) {
            int wanted = 5000;
            for (int call = 0; call < wanted; call++) {
                event(CALL).number(39).result(call).publish();
                if (call % 1000 == 999) { // the ring holds 1,024
                    int published = call + 1;
                    await().atMost(LIMIT).until(() -> seen.calls().size() == published);
                }
            }
            session.finished.set(true);
            tracing.awaitEnd(LIMIT);
            assertThat(seen.calls()).hasSize(wanted);
            assertThat(seen.calls()).extracting(SyscallCall::result).isSorted();
        }
    }

    @Test
    void callsIdleAndBeatsWhileNothingHappens() {
        try (Tracing tracing = tracing(seen)) {
            await().atMost(LIMIT).until(() -> seen.idles() >= 3 && session.heartbeats.get() >= 2);
            assertThat(tracing.isEnded()).isFalse();
        }
    }

    @Test
    void beatsWhileNoVirtualThreadGetsToRun() {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch spinning = new CountDownLatch(Runtime.getRuntime().availableProcessors());
        // As many as have a processor each: a virtual thread gives its carrier up to nobody while it computes.
        for (long busy = spinning.getCount(); busy > 0; busy--) {
            Thread.startVirtualThread(() -> {
                spinning.countDown();
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
        }
        try (Tracing tracing = awaitSpinning(spinning)) {
            await().atMost(LIMIT).until(() -> session.heartbeats.get() >= 2);
            assertThat(tracing.isEnded()).isFalse();
        } finally {
            over.set(true);
        }
    }

    private Tracing awaitSpinning(CountDownLatch spinning) {
        await().atMost(LIMIT).until(() -> spinning.getCount() == 0);
        return tracing(seen);
    }

    @Test
    void callsIdleUnderASteadyStreamToo() throws InterruptedException {
        session.beforeRead = () -> {
            if (seen.idles() < 3) {
                event(CALL).number(39).publish(); // no read of the ring finds it empty
            } else {
                session.finished.set(true);
            }
        };
        try (Tracing tracing = tracing(seen)) {
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
        }
        assertThat(seen.idles()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void aListenerThatThrowsIsRemovedAndToldOfAndTheOthersGoOn() throws InterruptedException {
        IllegalStateException failure = new IllegalStateException("a listener of this test fails as it should");
        TraceListener failing = new TraceListener() {
            @Override
            public void onCall(SyscallCall call) {
                throw failure;
            }

            @Override
            public void onEvent(TraceEvent event) {}
        };
        try (Tracing tracing = tracing(failing, seen)) {
            event(CALL).number(0).publish();
            event(CALL).number(0).publish();
            session.finished.set(true);
            tracing.awaitEnd(LIMIT);

            assertThat(seen.calls()).hasSize(2);
            assertThat(tracing.listenerFailures()).containsExactly(new Tracing.ListenerFailure(failing, failure));
            assertThat(tracing.failure()).containsSame(failure);
            assertThat(tracing.undelivered()).isEqualTo(2);
        }
    }

    @Test
    void aReaderThatThrowsEndsTheTraceAndIsToldOf() throws Exception {
        IllegalStateException failure = new IllegalStateException("a read of this test fails as it should");
        session.beforeRead = () -> {
            throw failure;
        };
        try (Tracing tracing = tracing(seen)) {
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(session.stops).hasValue(1);
            assertThat(tracing.failure()).containsSame(failure);
        }
    }

    @Test
    void aSessionIsClosedWhereNoThreadCanBeHadToReadIt() {
        assertThatThrownBy(() -> over(TracingTest::refused, Thread.ofPlatform()::unstarted))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("cannot start a thread")
                .extracting(e -> ((CaptureException) e).reason())
                .isEqualTo(CaptureException.Reason.RESOURCE);
        assertThat(session.closed).isTrue();
    }

    @Test
    void aSessionIsClosedAndItsReaderEndsWhereNoThreadCanBeHadForTheHeartbeat() {
        assertThatThrownBy(() -> over(Thread.ofPlatform()::unstarted, TracingTest::refused))
                .isInstanceOf(CaptureException.class);
        assertThat(seen.hasEnded()).isTrue();
        assertThat(session.closed).isTrue();
    }

    private Tracing over(ThreadFactory consumers, ThreadFactory heartbeats) throws CaptureException {
        session.tasks = 0;
        return Tracing.over(session, List.of(seen), CallSites.NONE, Redactor.NONE, consumers, heartbeats);
    }

    /** As where the kernel gives no more threads. */
    private static Thread refused(Runnable task) {
        return new Thread(task) {
            @Override
            public void start() {
                throw new OutOfMemoryError("unable to create native thread");
            }
        };
    }

    @Test
    void tellsHowTheLaunchedProgramEnded() throws InterruptedException {
        try (Tracing tracing = tracing(seen)) {
            event(PROCESS_STARTED).flags(EventFlags.LAUNCHED).publish();
            session.written
                    .event(PROCESS_STARTED)
                    .tgid(PID + 1)
                    .flags(EventFlags.FORKED)
                    .publish();
            event(PROCESS_EXITED).aux(42 << 8).publish();
            session.written.event(PROCESS_EXITED).tgid(PID + 1).aux(9).publish();
            session.finished.set(true);
            tracing.awaitEnd(LIMIT);

            assertThat(tracing.launchedExit())
                    .hasValueSatisfying(exit -> assertThat(exit.exitCode()).contains(42));
        }
    }

    @Test
    void stopEndsTheTraceOnceTheSessionHasDetached() throws InterruptedException {
        try (Tracing tracing = tracing(seen)) {
            tracing.stop();

            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(session.stops).hasValue(1);
        }
    }

    @Test
    void closeEndsATraceToWhichNothingWasAttached() {
        session.finishesWhenStopped = false;
        session.tasks = 0;
        Tracing tracing = tracing(seen);
        assertThatThrownBy(() -> tracing.attach(PID))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("no process");

        tracing.close();
        tracing.close();

        assertThat(seen.hasEnded()).isTrue();
        assertThat(session.closed).isTrue();
    }

    @Test
    void lossAfterTheLastEventIsToldAtTheEnd() throws InterruptedException {
        try (Tracing tracing = tracing(seen)) {
            event(PROCESS_STARTED).publish();
            session.written.drop(3);
            event(CALL).number(0).publish();
            session.written.drop(4);
            session.finished.set(true);
            tracing.awaitEnd(LIMIT);

            assertThat(seen.events(TraceEvent.EventsLost.class))
                    .extracting(TraceEvent.EventsLost::count)
                    .containsExactly(3L, 4L);
        }
    }

    @Test
    void heartbeatGoesOnWhileAListenerIsHeldUp() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        TraceListener slow = new TraceListener() {
            @Override
            public void onCall(SyscallCall call) {
                try {
                    held.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void onEvent(TraceEvent event) {}
        };
        try (Tracing tracing = tracing(slow)) {
            event(CALL).number(0).publish();
            int before = session.heartbeats.get();
            await().atMost(LIMIT).until(() -> session.heartbeats.get() >= before + 2);
            held.countDown();
            session.finished.set(true);
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
        }
    }

    private Tracing tracing(TraceListener... listeners) {
        try {
            return Tracing.over("test", session, List.of(listeners));
        } catch (CaptureException e) {
            throw new AssertionError(e);
        }
    }

    private SyntheticRing.Event event(EventKind kind) {
        return session.written.event(kind).tgid(PID).tid(PID);
    }
}
