// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import dev.renacer.nodeagent.trace.MeasuredTargets;
import dev.renacer.nodeagent.trace.MeasuredTargets.Measured;
import dev.renacer.tracer.metric.CallSeries;
import dev.renacer.tracer.metric.DurationCounts;
import dev.renacer.tracer.metric.ExponentialBuckets;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the calls of the traced containers took, for Prometheus: as native histogram, which has the buckets of
 * OpenTelemetry's exponential one, and as classic histogram with bounds that lie on some of these, so both are exact.
 */
final class CallDurations implements Collector {
    static final String NAME = "renacer_syscall_duration_seconds";
    /** Powers of two: from 2^-20 s (1 us) to 16 s. */
    private static final int[] CLASSIC = {-20, -17, -14, -11, -8, -5, -2, 1, 4};

    private static final String OTHER = "other";
    private static final double NANOS = 1e9;

    private final MeasuredTargets targets;

    CallDurations(MeasuredTargets targets) {
        this.targets = targets;
    }

    @Override
    public MetricSnapshot collect() {
        HistogramSnapshot.Builder histogram = HistogramSnapshot.builder()
                .name(NAME)
                .help("How long the system calls of traced containers took, by call and error; beyond 50 of a container"
                        + " together as call other.");
        for (Measured measured : targets.now()) {
            for (CallSeries series : measured.series()) {
                histogram.dataPoint(point(
                        measured.target().namespace(),
                        measured.target().podName(),
                        measured.target().containerName(),
                        series));
            }
        }
        return histogram.build();
    }

    static HistogramDataPointSnapshot point(String namespace, String pod, String container, CallSeries series) {
        DurationCounts durations = series.durations();
        HistogramDataPointSnapshot.Builder point = HistogramDataPointSnapshot.builder()
                .labels(Labels.of(
                        "namespace", namespace,
                        "pod", pod,
                        "container", container,
                        "syscall", series.overflow() ? OTHER : series.name(),
                        "error_type", series.errorType()))
                .sum(durations.sumNanos() / NANOS)
                .classicHistogramBuckets(classic(durations))
                .nativeSchema(ExponentialBuckets.SCALE)
                .nativeZeroCount(durations.zeros())
                .nativeZeroThreshold(0)
                .nativeBucketsForPositiveValues(natives(durations));
        series.slowest()
                .ifPresent(slowest -> point.exemplars(Exemplars.of(Exemplar.builder()
                        .value(slowest.nanos() / NANOS)
                        .traceId(slowest.traceId())
                        .spanId(slowest.spanId())
                        .timestampMillis(slowest.epochNanos() / 1_000_000)
                        .build())));
        return point.build();
    }

    /** Prometheus names a bucket by its upper bound's power: one more than OpenTelemetry's index. */
    private static NativeHistogramBuckets natives(DurationCounts durations) {
        NativeHistogramBuckets.Builder buckets = NativeHistogramBuckets.builder();
        for (int index = 0; index < durations.buckets().length; index++) {
            if (durations.buckets()[index] > 0) {
                buckets.bucket(durations.offset() + index + 1, durations.buckets()[index]);
            }
        }
        return buckets.build();
    }

    private static ClassicHistogramBuckets classic(DurationCounts durations) {
        List<ClassicHistogramBucket> buckets = new ArrayList<>();
        int from = Integer.MIN_VALUE;
        long below = durations.zeros();
        for (int power : CLASSIC) {
            int end = power << ExponentialBuckets.SCALE;
            buckets.add(new ClassicHistogramBucket(Math.pow(2, power), below + between(durations, from, end)));
            below = 0;
            from = end;
        }
        buckets.add(new ClassicHistogramBucket(Double.POSITIVE_INFINITY, between(durations, from, Integer.MAX_VALUE)));
        return ClassicHistogramBuckets.of(
                buckets.stream()
                        .mapToDouble(ClassicHistogramBucket::getUpperBound)
                        .toArray(),
                buckets.stream().mapToLong(ClassicHistogramBucket::getCount).toArray());
    }

    private static long between(DurationCounts durations, int from, int end) {
        long sum = 0;
        for (int index = 0; index < durations.buckets().length; index++) {
            int bucket = durations.offset() + index;
            if (bucket >= from && bucket < end) {
                sum += durations.buckets()[index];
            }
        }
        return sum;
    }
}
