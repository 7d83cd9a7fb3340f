// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import dev.renacer.tracer.export.OtlpMetricPipeline;
import dev.renacer.tracer.export.OtlpPipeline;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.export.collector.MetricConnection;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink's pipeline that also exports metrics of the targets. Whether metrics arrive changes nothing for the spans, nor
 * for the request's status: it is logged.
 */
final class MeasuringPipeline implements OtlpPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(MeasuringPipeline.class);

    private final OtlpPipeline spans;
    private final SinkMetrics targets = new SinkMetrics();
    private final OtlpMetricPipeline metrics;

    /**
     * @param spans       closed with this
     * @param connection  makes the metrics' own connection when the first are due, so that spans need not wait for it
     */
    MeasuringPipeline(String sink, OtlpPipeline spans, Supplier<MetricConnection> connection) {
        this.spans = spans;
        this.metrics = OtlpMetricPipeline.open(connection, targets, failure -> log(sink, failure));
    }

    private static void log(String sink, Optional<String> failure) {
        if (failure.isPresent()) {
            LOG.warn(
                    "sink={} metrics are not exported, spans are not concerned: {}; if the receiver takes only spans, set"
                            + " metrics: None in the TraceSink",
                    sink,
                    failure.get());
        } else {
            LOG.info("sink={} metrics are exported again", sink);
        }
    }

    @Override
    public SpanSink target(String name) {
        return spans.target(name);
    }

    @Override
    public Measurement measure(Supplier<List<MetricData>> source) {
        return targets.add(source);
    }

    @Override
    public Optional<String> lastFailure() {
        return spans.lastFailure();
    }

    @Override
    public boolean isWorking() {
        return spans.isWorking();
    }

    @Override
    public boolean flush(Duration deadline) {
        return spans.flush(deadline);
    }

    /** {@inheritDoc} The metrics follow, for the same time at most: by then it is known what became of the spans. */
    @Override
    public void close() {
        spans.close();
        metrics.close();
    }
}
