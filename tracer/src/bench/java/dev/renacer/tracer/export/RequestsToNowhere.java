// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import dev.renacer.tracer.export.collector.wire.Gzip;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** The way of a target's spans to the requests of a pipeline, compressed, on the calling thread and without a network. */
public final class RequestsToNowhere implements TargetQueue.Line {
    private static final int BATCH = 4_096;
    private static final int TURN = 512;
    private static final long WAITING_BYTES = 64L * 1_024 * 1_024;

    private final TargetQueue queue =
            new TargetQueue("bench", 2 * BATCH, new WaitingRoom(WAITING_BYTES), new ChunkPool(WAITING_BYTES), this);
    private int waiting;

    /** Takes the spans. */
    public SpanSink sink() {
        return queue;
    }

    @Override
    public void join(TargetQueue target) {}

    @Override
    public void queued() {
        waiting++;
        if (waiting == BATCH) {
            send();
        }
    }

    @Override
    public void givenUp(int spans) {}

    /** Sends what waits. */
    public void send() {
        Batch batch = new Batch(0);
        for (int turn = 0; turn < BATCH; turn += TURN) {
            batch.takeFrom(queue, TURN);
        }
        try (OutputStream compressed = Gzip.INSTANCE.compress(OutputStream.nullOutputStream())) {
            batch.request().writeMessage(compressed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        batch.accepted(0);
        waiting = 0;
    }
}
