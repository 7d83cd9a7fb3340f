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
import java.util.function.Supplier;

/**
 * Exports metrics now and then, and once more at the end. They are cumulative: only if the last export fails is
 * anything missing. On a thread of its own.
 */
public final class OtlpMetricPipeline {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final MetricConnection connection;
    private final Supplier<List<MetricData>> metrics;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile Optional<String> failure = Optional.empty();

    private OtlpMetricPipeline(MetricConnection connection, Supplier<List<MetricData>> metrics) {
        this.connection = connection;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().daemon().name("renacer-otlp-metrics").unstarted(this::run);
    }

    /**
     * Begins to export.
     *
     * @param metrics  asked for them on the pipeline's thread
     */
    public static OtlpMetricPipeline open(MetricConnection connection, Supplier<List<MetricData>> metrics) {
        OtlpMetricPipeline pipeline = new OtlpMetricPipeline(connection, metrics);
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
        try (connection) {
            boolean last;
            do {
                last = closing.await(EVERY.toNanos(), TimeUnit.NANOSECONDS);
                List<MetricData> now = metrics.get();
                failure = now.isEmpty() ? Optional.empty() : connection.send(now, DEADLINE);
            } while (!last);
        } catch (InterruptedException _) {
            failure = Optional.of("interrupted");
        } catch (RuntimeException e) { // nobody else would hear of it on this thread
            failure = Optional.of("no metrics were made or sent: " + e);
        }
    }
}
