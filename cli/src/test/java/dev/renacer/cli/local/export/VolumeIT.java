// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --volume readable}: few spans of many calls, and none of these unaccounted for. */
class VolumeIT {
    private static final int EACH = 500_000;

    private static Optional<AnyValue> attribute(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(KeyValue::getValue)
                .findFirst();
    }

    private static long number(Span span, String key) {
        return attribute(span, key).map(AnyValue::getIntValue).orElse(0L);
    }

    private static boolean isSummary(Span span) {
        return attribute(span, "aggregation.is_summary")
                .map(AnyValue::getBoolValue)
                .orElse(false);
    }

    private static List<Span> named(OtlpReceiver receiver, String name) {
        return receiver.spans().stream()
                .filter(span -> span.getName().startsWith(name))
                .toList();
    }

    private static long calls(List<Span> spans) {
        return spans.stream()
                .mapToLong(span -> isSummary(span) ? number(span, "aggregation.span_count") : 1)
                .sum();
    }

    @Test
    void aMillionCallsBecomeSpansThatAccountForEachOfThem() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.renacer(
                    "-o",
                    "/dev/null",
                    "--volume",
                    "readable",
                    "--otlp-endpoint",
                    receiver.grpcUrl(),
                    "--",
                    "dd",
                    "if=/dev/zero",
                    "of=/dev/null",
                    "bs=1",
                    "count=" + EACH,
                    "status=none");
            assertThat(run.code()).isZero();
            List<Span> roots = named(receiver, "process: ");
            List<Span> calls = named(receiver, "syscall: ");
            long made = roots.stream()
                    .mapToLong(root -> number(root, "renacer.calls.made"))
                    .sum();
            long told = roots.stream()
                    .mapToLong(root -> number(root, "renacer.calls.exported")
                            + number(root, "renacer.calls.folded")
                            + number(root, "renacer.calls.sampled")
                            + number(root, "renacer.calls.lost"))
                    .sum();
            assertThat(made).isEqualTo(told).isEqualTo(calls(calls));
            assertThat(calls(named(receiver, "syscall: write"))).isEqualTo(EACH);
            assertThat(calls(named(receiver, "syscall: read"))).isGreaterThanOrEqualTo(EACH);
            assertThat(calls).hasSizeLessThan(500);
            long bytes = named(receiver, "syscall: write").stream()
                    .mapToLong(span -> isSummary(span) ? number(span, "renacer.folded.bytes") : 1)
                    .sum();
            assertThat(bytes).isEqualTo(EACH);
        }
    }

    @Test
    void whatFailsIsASpanEvenAmongManyThatDoNot() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.renacer(
                    "-f",
                    "-o",
                    "/dev/null",
                    "--volume",
                    "readable",
                    "--otlp-endpoint",
                    receiver.grpcUrl(),
                    "--",
                    "sh",
                    "-c",
                    "dd if=/dev/zero of=/dev/null bs=1 count=20000 status=none; cat /nonexistent/file; true");
            assertThat(run.code()).isZero();
            assertThat(named(receiver, "syscall: openat"))
                    .filteredOn(span -> span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR)
                    .anySatisfy(span -> assertThat(attribute(span, "file.path"))
                            .hasValueSatisfying(
                                    path -> assertThat(path.getStringValue()).isEqualTo("/nonexistent/file")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void metricsCountEachCallAndPointToASpanOfTheSlowest(boolean grpc) throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.of(
                    Launchers.command(
                            "renacer",
                            List.of(
                                    "-o",
                                    "/dev/null",
                                    "--volume",
                                    "readable",
                                    "--otlp-metrics",
                                    "--otlp-endpoint",
                                    grpc ? receiver.grpcUrl() : receiver.httpUrl(),
                                    "--",
                                    "dd",
                                    "if=/dev/zero",
                                    "of=/dev/null",
                                    "bs=10",
                                    "count=20000",
                                    "status=none")),
                    Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", grpc ? "grpc" : "http/protobuf"));
            assertThat(run.code()).isZero();
            Metric durations = metric(receiver, "renacer.syscall.duration");
            assertThat(durations.getUnit()).isEqualTo("s");
            List<ExponentialHistogramDataPoint> points =
                    durations.getExponentialHistogram().getDataPointsList();
            long made = named(receiver, "process: ").stream()
                    .mapToLong(root -> number(root, "renacer.calls.made"))
                    .sum();
            assertThat(points.stream()
                            .mapToLong(ExponentialHistogramDataPoint::getCount)
                            .sum())
                    .isEqualTo(made);
            assertThat(points).allSatisfy(point -> {
                assertThat(point.getCount())
                        .isEqualTo(point.getZeroCount()
                                + point.getPositive().getBucketCountsList().stream()
                                        .mapToLong(Long::longValue)
                                        .sum());
                assertThat(point.getExemplarsList()).singleElement().satisfies(exemplar -> {
                    assertThat(exemplar.getAsDouble()).isEqualTo(point.getMax());
                    assertThat(receiver.spans()).extracting(Span::getSpanId).contains(exemplar.getSpanId());
                });
            });
            assertThat(metric(receiver, "renacer.syscall.io").getSum().getDataPointsList())
                    .anySatisfy(point -> {
                        assertThat(point.getAttributes(0).getValue().getStringValue())
                                .isEqualTo("write");
                        assertThat(point.getAsInt()).isEqualTo(200_000);
                    });
            assertThat(metric(receiver, "renacer.calls").getSum().getDataPointsList().stream()
                            .mapToLong(NumberDataPoint::getAsInt)
                            .sum())
                    .isEqualTo(made);
        }
    }

    @Test
    void whatARuleLeavesOutIsCounted(@TempDir Path folder) throws IOException {
        Path rules = Files.writeString(folder.resolve("rules"), "keep error\ndrop call write\n");
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.renacer(
                    "-o",
                    "/dev/null",
                    "--sampling",
                    rules.toString(),
                    "--otlp-endpoint",
                    receiver.grpcUrl(),
                    "--",
                    "dd",
                    "if=/dev/zero",
                    "of=/dev/null",
                    "bs=10",
                    "count=2000",
                    "status=none");
            assertThat(run.code()).isZero();
            assertThat(named(receiver, "syscall: write")).isEmpty();
            List<Span> roots = named(receiver, "process: ");
            assertThat(roots.stream()
                            .mapToLong(root -> number(root, "renacer.calls.sampled"))
                            .sum())
                    .isEqualTo(2_000);
            assertThat(roots.stream()
                            .mapToLong(root -> number(root, "renacer.calls.made"))
                            .sum())
                    .isEqualTo(2_000 + named(receiver, "syscall: ").size());
        }
    }

    private static Metric metric(OtlpReceiver receiver, String name) {
        return receiver.metrics().stream()
                .filter(metric -> metric.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
