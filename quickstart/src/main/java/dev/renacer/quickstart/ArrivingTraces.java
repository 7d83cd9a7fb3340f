// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.quickstart.otlp.OtlpReceiver;
import dev.renacer.quickstart.otlp.ReceivedSpan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What arrives at the receiver after the demonstration, one group of traces after the other: each ends when a root has come and then
 * nothing for a while. For one thread.
 */
final class ArrivingTraces {
    private final OtlpReceiver receiver;
    private final long quietNanos;
    private long begun;
    private long known;
    private long lastNanoTime;

    /** A group that has ended: its largest trace, and how many spans came in all of them. */
    record Arrived(TraceTree largest, long spans) {}

    /**
     * Begins with what comes from now on.
     *
     * @param quiet  how long nothing has to come for a group to be over
     */
    ArrivingTraces(OtlpReceiver receiver, Duration quiet) {
        this.receiver = receiver;
        quietNanos = quiet.toNanos();
        receiver.forget();
        known = receiver.received();
        begun = known;
    }

    /**
     * Looks again.
     *
     * @param nanoTime  System.nanoTime()
     * @return a group that has ended, once
     */
    Optional<Arrived> look(long nanoTime) {
        long now = receiver.received();
        if (now != known) {
            known = now;
            lastNanoTime = nanoTime;
            return Optional.empty();
        }
        if (known == begun || nanoTime - lastNanoTime < quietNanos) {
            return Optional.empty();
        }
        List<ReceivedSpan> spans = receiver.spans();
        Optional<TraceTree> largest = TraceTree.largest(spans);
        if (largest.isEmpty()) {
            return Optional.empty(); // the root comes when its process or its slice ends
        }
        long count = known - begun;
        begun = known;
        receiver.forget();
        return Optional.of(new Arrived(largest.get(), count));
    }
}
