// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.metrics.data.MetricData;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One exporter to one collector, shared by any number of targets; each target has its own bounded queue and counters.
 * Exports run on the pipeline's own thread and never delay a tracer. Thread-safe.
 */
public interface OtlpPipeline extends AutoCloseable {
    /** Adds a target. */
    SpanSink target(String name);

    /** The metrics of a target, while it has any. Closed when they change no more; they are exported once more then. */
    interface Measurement extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Exports metrics of a target beside its spans, if this pipeline does so.
     *
     * @param metrics  all that were made so far; asked for on any thread, also after the end
     */
    default Measurement measure(Supplier<List<MetricData>> metrics) {
        return () -> {};
    }

    /** Why the last export failed; empty if it succeeded or none was tried. */
    Optional<String> lastFailure();

    /**
     * Whether its thread has not ended by a failure; an unreachable collector is not such a failure. If it has ended,
     * offered spans are refused and counted, and only a new pipeline helps.
     */
    default boolean isWorking() {
        return true;
    }

    /** Waits until everything offered so far is exported or given up. @return false if the time ran out first */
    boolean flush(Duration deadline);

    /** Flushes for at most 5 s, counts what remains as failed, and ends the exporter. */
    @Override
    void close();
}
