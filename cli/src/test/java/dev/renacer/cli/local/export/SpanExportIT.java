// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Spans of a real run, as an OTLP receiver gets them. */
class SpanExportIT {
    enum Transport {
        GRPC,
        HTTP
    }

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource
    void asManySpansAsStraceCountsCallsAndOneRoot(Transport transport) throws IOException {
        Path strace = folder.resolve("strace.txt");
        Run.of(List.of("strace", "-f", "-o", strace.toString(), "ls", "-l", "/etc"));
        Map<String, Long> expected = Files.readAllLines(strace).stream()
                .filter(line -> line.contains("("))
                .map(line -> line.replaceFirst("^[0-9]+ +", "").replaceFirst("\\(.*", ""))
                .collect(Collectors.groupingBy(name -> "syscall: " + name, TreeMap::new, Collectors.counting()));
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Map<String, String> protocol =
                    transport == Transport.HTTP ? Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf") : Map.of();
            String url = transport == Transport.HTTP ? receiver.httpUrl() : receiver.grpcUrl();
            Run run = Run.of(
                    Launchers.command(
                            "renacer",
                            List.of(
                                    "-o",
                                    "/dev/null",
                                    "--otlp-endpoint",
                                    url,
                                    "--otlp-service-name",
                                    "demo",
                                    "--",
                                    "ls",
                                    "-l",
                                    "/etc")),
                    protocol);
            assertThat(run.err()).isEmpty();
            assertThat(run.code()).isZero();
            List<Span> calls = named(receiver, "syscall: ");
            List<Span> roots = named(receiver, "process: ");
            Map<String, Long> counted =
                    calls.stream().collect(Collectors.groupingBy(Span::getName, TreeMap::new, Collectors.counting()));
            assertThat(counted).isEqualTo(expected);
            assertThat(roots).singleElement().satisfies(root -> {
                assertThat(root.getName()).isEqualTo("process: ls");
                assertThat(root.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
                assertThat(calls).allSatisfy(call -> {
                    assertThat(call.getTraceId()).isEqualTo(root.getTraceId());
                    assertThat(call.getParentSpanId()).isEqualTo(root.getSpanId());
                    assertThat(call.getStartTimeUnixNano()).isGreaterThanOrEqualTo(root.getStartTimeUnixNano());
                    assertThat(call.getEndTimeUnixNano()).isLessThanOrEqualTo(root.getEndTimeUnixNano());
                });
            });
            assertThat(receiver.resources())
                    .allMatch(resource -> resource.getResource().getAttributesList().stream()
                            .anyMatch(attribute -> attribute.getKey().equals("service.name")
                                    && attribute.getValue().getStringValue().equals("demo")));
        }
    }

    @Test
    void theEnvironmentAloneEnablesExportAndGivesTheParent() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.of(
                    Launchers.command("renacer", List.of("-o", "/dev/null", "--", "true")),
                    Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.grpcUrl(), "TRACEPARENT", PARENT));
            assertThat(run.err()).isEmpty();
            assertThat(named(receiver, "process: ")).singleElement().satisfies(root -> {
                assertThat(root.getTraceId()).isEqualTo(bytes("0af7651916cd43dd8448eb211c80319c"));
                assertThat(root.getParentSpanId()).isEqualTo(bytes("b7ad6b7169203331"));
            });
        }
    }

    @Test
    void aMalformedParentIsToldOnceAndCostsOnlyTheLink() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.renacer(
                    "-o",
                    "/dev/null",
                    "--otlp-endpoint",
                    receiver.grpcUrl(),
                    "--trace-parent",
                    "nonsense",
                    "--",
                    "true");
            assertThat(run.errLines()).singleElement().asString().contains("trace parent 'nonsense' is malformed");
            assertThat(run.code()).isZero();
            assertThat(named(receiver, "process: "))
                    .singleElement()
                    .extracting(Span::getParentSpanId)
                    .isEqualTo(ByteString.EMPTY);
        }
    }

    @Test
    void anUnreachableCollectorIsToldAndEverythingElseIsWhole() throws IOException {
        Path trace = folder.resolve("trace.txt");
        Run run = Run.renacer(
                "-o",
                trace.toString(),
                "--otlp-endpoint",
                "http://127.0.0.1:" + closedPort(),
                "--",
                "sh",
                "-c",
                "echo out; exit 6");
        assertThat(run.code()).isEqualTo(6);
        assertThat(run.out()).isEqualTo("out\n");
        assertThat(run.errLines()).hasSize(2);
        assertThat(run.errLines().getFirst()).matches("\\[renacer: OTLP initialization failed: .+]");
        assertThat(run.errLines().getLast()).matches("renacer: (\\d+) of \\1 spans were not exported \\(.+\\)");
        assertThat(Files.readAllLines(trace).getLast()).isEqualTo("+++ exited with 6 +++");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static List<Span> named(OtlpReceiver receiver, String prefix) {
        return receiver.spans().stream()
                .filter(span -> span.getName().startsWith(prefix))
                .toList();
    }
}
