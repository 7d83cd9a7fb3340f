// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureSession;
import dev.renacer.capture.CaptureStats;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.Placements;
import dev.renacer.capture.WaitStatus;
import dev.renacer.capture.ring.EventRing;
import dev.renacer.capture.ring.SyntheticRing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A session whose ring a test writes. It finishes when the test says so or when it is stopped. */
final class RecordedSession implements CaptureSession {
    static final long EPOCH_OFFSET = 1_700_000_000_000_000_000L;

    final SyntheticRing written = new SyntheticRing();
    final AtomicBoolean finished = new AtomicBoolean();
    final AtomicBoolean closed = new AtomicBoolean();
    final AtomicInteger heartbeats = new AtomicInteger();
    final AtomicInteger stops = new AtomicInteger();
    volatile boolean finishesWhenStopped = true;
    volatile int tasks = 1;
    /** Runs before each read of the ring. */
    volatile Runnable beforeRead = () -> {};

    @Override
    public void attach(int pid) throws CaptureException {
        throw new CaptureException(CaptureException.Reason.NO_SUCH_PROCESS, 3, "no process " + pid);
    }

    @Override
    public void attachNew(int pid) throws CaptureException {
        throw new CaptureException(CaptureException.Reason.NO_SUCH_PROCESS, 3, "no process " + pid);
    }

    @Override
    public int launch(LaunchSpec spec) {
        return 7;
    }

    @Override
    public boolean bindsLaunched() {
        return false;
    }

    @Override
    public Optional<WaitStatus> awaitLaunched() {
        return Optional.empty();
    }

    @Override
    public void sleepWithLaunched() {
        // Nothing was launched.
    }

    @Override
    public void giveUpInherited(String inherited, boolean keepOutput) {
        // Nothing was inherited.
    }

    @Override
    public Placements placements() {
        return Placements.NONE;
    }

    @Override
    public void signalLaunched(int signal) {}

    @Override
    public EventRing ring() {
        EventRing ring = written.ring();
        return new EventRing() {
            @Override
            public int drain(Consumer consumer, int limit) {
                beforeRead.run();
                return ring.drain(consumer, limit);
            }

            @Override
            public long dropped() {
                return ring.dropped();
            }
        };
    }

    @Override
    public long epochOffsetNanos() {
        return EPOCH_OFFSET;
    }

    @Override
    public CaptureStats stats() {
        return new CaptureStats(0, 0, 0, 0, tasks, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, CaptureStats.Contexts.NONE);
    }

    @Override
    public void heartbeat() {
        heartbeats.incrementAndGet();
    }

    @Override
    public void stop() {
        stops.incrementAndGet();
        if (finishesWhenStopped) {
            finished.set(true);
        }
    }

    @Override
    public boolean awaitFinished(Duration timeout) {
        return finished.get();
    }

    @Override
    public boolean finished() {
        return finished.get();
    }

    @Override
    public void close() {
        closed.set(true);
        written.close();
    }
}
