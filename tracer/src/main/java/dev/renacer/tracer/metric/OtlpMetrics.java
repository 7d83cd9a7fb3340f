// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured of calls as metrics of OpenTelemetry, cumulative since the trace began. */
public final class OtlpMetrics {
    static final String DURATION = "renacer.syscall.duration";
    static final String BYTES = "renacer.syscall.io";
    static final String CALLS = "renacer.calls";

    private static final AttributeKey<String> NAME = AttributeKey.stringKey("syscall.name");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> FATE = AttributeKey.stringKey("renacer.call.fate");
    /** The specification's mark of what exceeds the limit of series. */
    private static final AttributeKey<Boolean> OVERFLOW = AttributeKey.booleanKey("otel.metric.overflow");

    private static final double NANOS_PER_SECOND = 1e9;
    private final Resource resource;
    private final long startNanos;

    /**
     * @param startNanos  when the trace began, nanoseconds since the epoch
     */
    public OtlpMetrics(Resource resource, long startNanos) {
        this.resource = resource;
        this.startNanos = startNanos;
    }

    /** How many calls became what, as {@link #of} wants it. */
    public static Map<String, Long> fates(long exported, long folded, long sampled, long lost) {
        Map<String, Long> fates = new LinkedHashMap<>();
        fates.put("exported", exported);
        fates.put("folded", folded);
        fates.put("sampled", sampled);
        fates.put("lost", lost);
        return fates;
    }

    /**
     * All of them.
     *
     * @param fates  how many calls became what
     * @param nanos  the time, nanoseconds since the epoch
     */
    public List<MetricData> of(List<CallSeries> series, Map<String, Long> fates, long nanos) {
        List<ExponentialHistogramPointData> durations = new ArrayList<>();
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (CallSeries each : series) {
            durations.add(point(each, nanos));
            if (each.bytes() > 0) {
                bytes.merge(each.name(), each.bytes(), Long::sum);
            }
        }
        List<MetricData> metrics = new ArrayList<>();
        if (!durations.isEmpty()) {
            metrics.add(new Metric(
                    resource,
                    DURATION,
                    "How long system calls took.",
                    "s",
                    MetricDataType.EXPONENTIAL_HISTOGRAM,
                    ExponentialHistogramData.create(AggregationTemporality.CUMULATIVE, durations)));
        }
        sum(metrics, BYTES, "Bytes that system calls transferred.", "By", NAME, bytes, nanos);
        sum(metrics, CALLS, "System calls, by what became of them.", "{call}", FATE, fates, nanos);
        return metrics;
    }

    private void sum(
            List<MetricData> metrics,
            String name,
            String description,
            String unit,
            AttributeKey<String> key,
            Map<String, Long> values,
            long nanos) {
        if (values.isEmpty()) {
            return;
        }
        List<LongPointData> points = values.entrySet().stream()
                .map(entry ->
                        LongPointData.create(startNanos, nanos, Attributes.of(key, entry.getKey()), entry.getValue()))
                .toList();
        metrics.add(new Metric(
                resource,
                name,
                description,
                unit,
                MetricDataType.LONG_SUM,
                SumData.createLongSumData(true, AggregationTemporality.CUMULATIVE, points)));
    }

    private ExponentialHistogramPointData point(CallSeries series, long nanos) {
        DurationCounts durations = series.durations();
        List<Long> buckets = new ArrayList<>(durations.buckets().length);
        for (long count : durations.buckets()) {
            buckets.add(count);
        }
        return ExponentialHistogramPointData.create(
                ExponentialBuckets.SCALE,
                durations.sumNanos() / NANOS_PER_SECOND,
                durations.zeros(),
                durations.count() > 0,
                durations.minNanos() / NANOS_PER_SECOND,
                durations.count() > 0,
                durations.maxNanos() / NANOS_PER_SECOND,
                ExponentialHistogramBuckets.create(ExponentialBuckets.SCALE, durations.offset(), buckets),
                ExponentialHistogramBuckets.create(ExponentialBuckets.SCALE, 0, List.of()),
                startNanos,
                nanos,
                attributes(series),
                series.slowest().map(OtlpMetrics::exemplar).stream().toList());
    }

    private static Attributes attributes(CallSeries series) {
        if (series.overflow()) {
            return Attributes.of(OVERFLOW, true);
        }
        AttributesBuilder attributes = Attributes.builder().put(NAME, series.name());
        if (!series.errorType().isEmpty()) {
            attributes.put(ERROR, series.errorType());
        }
        return attributes.build();
    }

    private static DoubleExemplarData exemplar(CallSeries.Exemplar slowest) {
        return DoubleExemplarData.create(
                Attributes.empty(),
                slowest.epochNanos(),
                SpanContext.create(
                        slowest.traceId(), slowest.spanId(), TraceFlags.getSampled(), TraceState.getDefault()),
                slowest.nanos() / NANOS_PER_SECOND);
    }
}
