// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.CaptureSession;
import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventRing;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.source.CallSites;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the ring of a session until the session is over and the ring is empty. Sleeps between reads, for longer the
 * longer nothing comes: the targets' CPUs must not be used for polling.
 */
final class RingReader {
    private static final int BATCH = 8192;
    private static final long SHORTEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long IDLE_CALL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final CaptureSession session;
    private final TraceListener listener;
    private final SyscallDecoder decoder;
    private final long epochOffsetNanos;
    private volatile long endAtNanos;
    private volatile boolean ending;
    private long lossTold;
    private long lastEpochNanos;

    RingReader(CaptureSession session, TraceListener listener, CallSites sites) {
        this.session = session;
        this.listener = listener;
        this.epochOffsetNanos = session.epochOffsetNanos();
        this.decoder = new SyscallDecoder(epochOffsetNanos, listener, sites);
    }

    /** Ends even if the session does not finish: after this time, or at once if it traces nothing. */
    void endWithin(Duration limit) {
        endAtNanos = System.nanoTime() + limit.toNanos();
        ending = true;
    }

    /** Reads until the end; the calling thread is the only consumer. */
    void readUntilEnd() throws InterruptedException {
        EventRing ring = session.ring();
        listener.onBegin(epochOffsetNanos);
        long sleep = SHORTEST_SLEEP_NANOS;
        long lastIdle = System.nanoTime();
        boolean flushed = true;
        while (true) {
            // Checked before the ring is read, so everything published before the end is read below.
            boolean over = isOver();
            int read = ring.drain(this::accept, BATCH);
            long now = System.nanoTime();
            // Buffered output is not kept for longer than this, even under a steady stream of events.
            if ((read == 0 && !flushed) || now - lastIdle >= IDLE_CALL_NANOS) {
                listener.onIdle();
                lastIdle = now;
                flushed = true;
            } else if (read > 0) {
                flushed = false;
            }
            if (read == 0 && over) {
                tellRemainingLoss(ring);
                return;
            }
            if (read < BATCH) {
                sleep = read > 0 ? SHORTEST_SLEEP_NANOS : Math.min(2 * sleep, LONGEST_SLEEP_NANOS);
                LockSupport.parkNanos(sleep);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** See {@link SyscallDecoder#missing}. */
    long missing(RequestGap gap) {
        return decoder.missing(gap);
    }

    private boolean isOver() {
        if (session.finished()) {
            return true;
        }
        return ending && (session.stats().tasks() == 0 || System.nanoTime() - endAtNanos >= 0);
    }

    private void accept(CapturedEvent event) {
        lossTold += Integer.toUnsignedLong(event.droppedBefore());
        lastEpochNanos = event.endNanos() + epochOffsetNanos;
        decoder.decode(event);
    }

    private void tellRemainingLoss(EventRing ring) {
        long lost = ring.dropped();
        if (lost > lossTold) {
            decoder.lostAtEnd(lost - lossTold, lastEpochNanos);
        }
    }
}
