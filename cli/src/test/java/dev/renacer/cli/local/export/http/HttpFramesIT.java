// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of HTTP/2 with bodies of many frames. nginx serves files of many frames over HTTP/2 in cleartext, from memory and by sendfile. curl asks for one after another, each for
 * a span of its own; clients of gRPC send long messages.
 */
class HttpFramesIT {
    private static final int REQUESTS = 6;
    private static final int FILE = 300_000;
    private static final String CONNECTION = "127.0.0.1:";

    @TempDir
    Path folder = Path.of("");

    @Test
    void filesThatAreSentByTheKernelBelongToTheirRequests() throws IOException {
        List<Span> sent = served("on").stream()
                .filter(span -> span.getName().equals("syscall: sendfile"))
                .sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .toList();

        assertThat(sent).as("more than a frame each").hasSizeGreaterThan(2 * REQUESTS);
        assertThat(sent)
                .allSatisfy(call ->
                        assertThat(attribute(call, "syscall.parent.source")).isEqualTo("http_header"));
        List<String> parents = sent.stream().map(HttpFramesIT::parent).toList();
        assertThat(parents).as("one after another").isSorted();
        assertThat(parents.stream().distinct())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, REQUESTS)
                        .mapToObj("%016x"::formatted)
                        .toList());
    }

    @Test
    void bodiesThatAreReadAndWrittenBelongToTheirRequests() throws IOException {
        List<Span> spans = served("off");

        for (int request = 1; request <= REQUESTS; request++) {
            String id = "%016x".formatted(request);
            assertThat(spans.stream()
                            .filter(span -> parent(span).equals(id))
                            .map(Span::getName)
                            .distinct())
                    .as("of request %d, by nginx and by curl", request)
                    .contains("syscall: writev", "syscall: recvfrom");
        }
    }

    @Test
    void longMessagesOfGrpcBelongToTheirRequests() throws IOException {
        List<Span> told;
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.of(
                    Launchers.command(
                            "renacer",
                            List.of(
                                    "-o",
                                    "/dev/null",
                                    "--otlp-endpoint",
                                    receiver.grpcUrl(),
                                    "--",
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    GrpcTraffic.class.getName())),
                    Map.of());
            assertThat(run.out()).as(run.err()).isEqualTo("answered\n");
            assertThat(run.err()).doesNotContain("not followed to the end");
            told = receiver.spans().stream()
                    .filter(span -> span.getName().startsWith("syscall: "))
                    .filter(span -> attribute(span, "syscall.parent.source").equals("http_header"))
                    .toList();
        }

        Map<String, List<String>> clientsByConnection = told.stream()
                .collect(Collectors.groupingBy(
                        HttpFramesIT::connection,
                        Collectors.mapping(span -> parent(span).substring(0, 8), Collectors.toList())));
        assertThat(clientsByConnection).hasSize(2 * GrpcTraffic.CLIENTS);
        assertThat(clientsByConnection.values())
                .as("a connection has the requests of one client")
                .allSatisfy(clients -> assertThat(clients.stream().distinct()).hasSize(1));
        assertThat(told.stream().map(HttpFramesIT::parent).distinct())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, GrpcTraffic.CLIENTS)
                        .boxed()
                        .flatMap(client -> IntStream.range(0, GrpcTraffic.REQUESTS)
                                .mapToObj(request -> GrpcTraffic.span(client, request)))
                        .toList());
    }

    /** What was sent of both programs. */
    private List<Span> served(String sendfile) throws IOException {
        assumeTrue(isHere("nginx") && isHere("curl"), "nginx or curl is not installed");
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.write(folder.resolve("file"), new byte[FILE]);
        folder.toFile().setExecutable(true, false);
        folder.toFile().setReadable(true, false);
        Path conf = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log;
                events {}
                http { access_log off; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi; sendfile %3$s;
                  server { listen %4$s%2$d http2; root %1$s; } }
                """.formatted(folder, port, sendfile, CONNECTION));
        String url = "http://" + CONNECTION + port + "/file";
        String requests = IntStream.rangeClosed(1, REQUESTS)
                .mapToObj(
                        "curl -s --http2-prior-knowledge -o /dev/null -w '%%{http_version} %%{size_download}\\n' -H 'traceparent: 00-%1$032x-%1$016x-01' "
                                ::formatted)
                .collect(Collectors.joining(url + "; ", "", url));
        String script = "nginx -p " + folder + " -c " + conf
                + " 2>/dev/null & until curl -s -o /dev/null --http2-prior-knowledge " + url + ".none; do :; done; "
                + requests + "; kill $!; wait";
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            List<String> arguments =
                    new ArrayList<>(List.of("-f", "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl(), "--"));
            arguments.addAll(List.of("sh", "-c", script));
            Run run = Run.of(Launchers.command("renacer", arguments), Map.of());
            assertThat(run.out()).as(run.err()).isEqualTo(("2 " + FILE + "\n").repeat(REQUESTS));
            assertThat(run.err()).doesNotContain("not followed to the end");
            return receiver.spans();
        }
    }

    private static boolean isHere(String program) throws IOException {
        return Run.of(List.of("sh", "-c", "command -v " + program)).code() == 0;
    }

    private static String parent(Span span) {
        return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
    }

    private static String connection(Span span) {
        return number(span, "network.local.port") + " " + number(span, "network.peer.port");
    }

    private static long number(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(pair -> pair.getKey().equals(key))
                .mapToLong(pair -> pair.getValue().getIntValue())
                .findFirst()
                .orElse(0);
    }

    private static String attribute(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(pair -> pair.getKey().equals(key))
                .map(KeyValue::getValue)
                .findFirst()
                .map(value -> value.getStringValue())
                .orElse("");
    }
}
