// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which processes a trace is of, how they belong together and how they ended. */
class ProcessIdentityIT {
    @TempDir
    Path folder = Path.of("");

    private static Map<String, AnyValue> attributes(List<KeyValue> given) {
        return given.stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
    }

    private static AnyValue attribute(Span span, String name) {
        return span.getAttributesList().stream()
                .filter(one -> one.getKey().equals(name))
                .map(KeyValue::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static Span root(OtlpReceiver receiver, String name) {
        return receiver.spans().stream()
                .filter(span -> span.getName().equals("process: " + name))
                .findFirst()
                .orElseThrow();
    }

    private static ResourceSpans resourceOf(OtlpReceiver receiver, Span span) {
        return receiver.resources().stream()
                .filter(resource -> resource.getScopeSpansList().stream()
                        .anyMatch(scope -> scope.getSpansList().contains(span)))
                .findFirst()
                .orElseThrow();
    }

    private static void assertEntities(OtlpReceiver receiver, Span root) {
        ResourceSpans spans = resourceOf(receiver, root);
        assertThat(spans.getResource().getEntityRefsList())
                .extracting(ref -> ref.getType() + " by " + String.join(", ", ref.getIdKeysList()))
                .containsExactly("service by service.name", "process by process.pid, process.creation.time");
        Map<String, AnyValue> resource = attributes(spans.getResource().getAttributesList());
        Map<String, AnyValue> own = attributes(root.getAttributesList());
        assertThat(resource.get("process.pid")).isEqualTo(own.get("process.pid"));
        assertThat(resource.get("process.creation.time")).isEqualTo(own.get("process.creation.time"));
        assertThat(receiver.resources().stream()
                        .filter(other -> other.getResource().equals(spans.getResource()))
                        .flatMap(other -> other.getScopeSpansList().stream())
                        .flatMap(scope -> scope.getSpansList().stream()))
                .filteredOn(span -> span.getName().startsWith("syscall: "))
                .as("calls of this process alone")
                .isNotEmpty()
                .allMatch(span -> span.getParentSpanId().equals(root.getSpanId()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "http", "record"})
    void eachProcessOfATraceSaysWhichItIsAndHowItEnded(String way) throws IOException {
        Instant before = Instant.now();
        List<String> program =
                List.of("sh", "-c", "exec 2>/dev/null; /bin/echo x >/dev/null; sh -c 'kill -9 $$'; exit 3");
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            String url = way.equals("http") ? receiver.httpUrl() : receiver.grpcUrl();
            String protocol = way.equals("http") ? "http/protobuf" : "grpc";
            List<String> export = List.of("--otlp-endpoint", url, "--otlp-protocol", protocol);
            if (way.equals("record")) {
                String file = folder.resolve("t.rnc").toString();
                assertThat(Run.renacer(all(Stream.of(List.of("record", "-f", "-o", file, "--"), program)))
                                .code())
                        .isEqualTo(3);
                Run run = Run.renacer(all(Stream.of(List.of("replay", file, "-o", "/dev/null"), export)));
                assertThat(run.err()).isEmpty();
            } else {
                Run run = Run.renacer(all(Stream.of(List.of("-f", "-o", "/dev/null"), export, List.of("--"), program)));
                assertThat(run.err()).isEmpty();
                assertThat(run.code()).isEqualTo(3);
            }
            Span echo = root(receiver, "echo");
            Span killed = receiver.spans().stream()
                    .filter(span -> span.getAttributesList().stream()
                            .anyMatch(attribute -> attribute.getKey().equals("signal.number")))
                    .filter(span -> span.getName().startsWith("process: "))
                    .findFirst()
                    .orElseThrow();
            Span first = receiver.spans().stream()
                    .filter(span -> span.getName().startsWith("process: "))
                    .filter(span -> span.getParentSpanId().isEmpty())
                    .findFirst()
                    .orElseThrow();
            for (Span root : List.of(first, echo, killed)) {
                assertEntities(receiver, root);
                // To the second of boot, and to a hundredth of a second.
                assertThat(Instant.parse(
                                attribute(root, "process.creation.time").getStringValue()))
                        .isBetween(before.minusMillis(1_010), Instant.now());
                assertThat(root.getTraceId()).isEqualTo(first.getTraceId());
            }
            AnyValue shell = attribute(first, "process.pid");
            for (Span child : List.of(echo, killed)) {
                assertThat(child.getParentSpanId()).isEqualTo(first.getSpanId());
                assertThat(attribute(child, "process.parent_pid")).isEqualTo(shell);
            }
            assertThat(attribute(first, "process.exit.code").getIntValue()).isEqualTo(3);
            assertThat(attribute(echo, "process.exit.code").getIntValue()).isZero();
            assertThat(echo.getStatus().getCode()).isNotEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            assertThat(attributes(killed.getAttributesList()))
                    .containsKey("error.type")
                    .doesNotContainKey("process.exit.code");
            assertThat(attribute(killed, "signal.number").getIntValue()).isEqualTo(9);
            assertThat(List.of(first, killed))
                    .allMatch(root -> root.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR);
        }
    }

    @Test
    void metricsSayWhatTheyAreOfButNoProcess() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.renacer(
                    "-f",
                    "-o",
                    "/dev/null",
                    "--otlp-endpoint",
                    receiver.httpUrl(),
                    "--otlp-protocol",
                    "http/protobuf",
                    "--otlp-metrics",
                    "--",
                    "true");
            assertThat(run.err()).isEmpty();
            assertThat(receiver.metricResources())
                    .isNotEmpty()
                    .allSatisfy(resource -> assertThat(resource.getEntityRefsList())
                            .extracting(ref -> ref.getType())
                            .containsExactly("service"));
        }
    }

    private static String[] all(Stream<List<String>> parts) {
        return parts.flatMap(List::stream).toArray(String[]::new);
    }
}
