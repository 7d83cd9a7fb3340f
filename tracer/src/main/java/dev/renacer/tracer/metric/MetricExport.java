// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.export.OtlpMetricPipeline;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.export.collector.MetricConnection;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The export of one trace's metrics, from the listener that measures to the last export. */
public final class MetricExport {
    private final CallMetrics metrics = new CallMetrics();
    private final SpanSink sink;
    private final OtlpMetricPipeline pipeline;
    private volatile LongSupplier sampled = () -> 0;

    /**
     * @param sink        what has become of the calls' spans
     * @param epochNanos  the time, nanoseconds since the epoch
     */
    public MetricExport(MetricConnection connection, Resource resource, SpanSink sink, LongSupplier epochNanos) {
        this.sink = sink;
        OtlpMetrics points = new OtlpMetrics(resource, epochNanos.getAsLong());
        this.pipeline =
                OtlpMetricPipeline.open(connection, () -> points.of(metrics.series(), fates(), epochNanos.getAsLong()));
    }

    /** Measures the calls. */
    public TraceListener listener() {
        return metrics;
    }

    /** What tells how many calls the rules of sampling have left out; it is made after this. */
    public void sampled(LongSupplier calls) {
        sampled = calls;
    }

    /** Where spans go, so that metrics know of them. */
    public SpanSink sink() {
        return new ExemplarSink(sink, metrics);
    }

    private Map<String, Long> fates() {
        SpanSink.CallFates calls = sink.fates();
        return OtlpMetrics.fates(calls.exported(), calls.folded(), sampled.getAsLong(), calls.lost() + metrics.lost());
    }

    /**
     * Exports for the last time; to be called once the spans are settled.
     *
     * @return why that failed; empty if it did not
     */
    public Optional<String> close() {
        return pipeline.close();
    }
}
