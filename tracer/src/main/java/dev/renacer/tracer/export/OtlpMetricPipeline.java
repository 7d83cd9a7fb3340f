// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import dev.renacer.tracer.export.collector.MetricConnection;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Exports metrics now and then, and once more at the end. They are cumulative: only if the last export fails is
 * anything missing. On a thread of its own.
 */
public final class OtlpMetricPipeline {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /** Where metrics come from. Its methods are called on the pipeline's thread. */
    @FunctionalInterface
    public interface Source {
        /** The metrics as they are now. Without any, nothing is sent. */
        List<MetricData> now();

        /** The metrics of the last {@link #now()} have arrived. */
        default void sent() {}
    }

    private final Supplier<MetricConnection> connection;
    private final Source metrics;
    private final Consumer<Optional<String>> changes;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile Optional<String> failure = Optional.empty();

    private OtlpMetricPipeline(
            Supplier<MetricConnection> connection, Source metrics, Consumer<Optional<String>> changes) {
        this.connection = connection;
        this.metrics = metrics;
        this.changes = changes;
        this.thread = Thread.ofPlatform().daemon().name("renacer-otlp-metrics").unstarted(this::run);
    }

    /** Begins to export. */
    public static OtlpMetricPipeline open(MetricConnection connection, Source metrics) {
        return open(() -> connection, metrics, _ -> {});
    }

    /**
     * Begins to export.
     *
     * @param connection  makes the connection, when the first metrics are due
     * @param changes     told of each new cause why they do not arrive, and, with nothing, that they do again; on the
     *     pipeline's thread
     */
    public static OtlpMetricPipeline open(
            Supplier<MetricConnection> connection, Source metrics, Consumer<Optional<String>> changes) {
        OtlpMetricPipeline pipeline = new OtlpMetricPipeline(connection, metrics, changes);
        pipeline.thread.start();
        return pipeline;
    }

    /**
     * Exports for the last time, for at most 10 s.
     *
     * @return why that failed; empty if it did not
     */
    public Optional<String> close() {
        closing.countDown();
        try {
            if (!thread.join(DEADLINE.multipliedBy(2))) {
                return Optional.of("the collector did not answer in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return failure;
    }

    private void run() {
        try {
            boolean last = closing.await(EVERY.toNanos(), TimeUnit.NANOSECONDS);
            try (MetricConnection open = connection.get()) {
                export(open);
                while (!last) {
                    last = closing.await(EVERY.toNanos(), TimeUnit.NANOSECONDS);
                    export(open);
                }
            }
        } catch (InterruptedException _) {
            failed(Optional.of("interrupted"));
        } catch (RuntimeException e) { // nobody else would hear of it on this thread
            failed(Optional.of("no metrics were made or sent: " + e));
        }
    }

    private void export(MetricConnection open) throws InterruptedException {
        List<MetricData> now = metrics.now();
        Optional<String> cause = now.isEmpty() ? Optional.empty() : open.send(now, DEADLINE);
        if (cause.isEmpty()) {
            metrics.sent();
        }
        failed(cause);
    }

    private void failed(Optional<String> cause) {
        boolean changed = !cause.equals(failure);
        failure = cause;
        if (changed) {
            changes.accept(cause);
        }
    }
}
