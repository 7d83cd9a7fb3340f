// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with a thread for each connection, and one that serves all of them by turns, get requests of eight clients at once,
 * each for a span of its own, once a first one has shown that its threads answer what they receive. Both look for files that say
 * which request they work on.
 */
class HttpHeadersIT {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 20;
    private static final Pattern FILE = Pattern.compile("/nonexistent/(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})");

    /** Serves on a port of its own choice, and is its own clients in another process. */
    private static final String PROGRAM = """
            import http.client, os, socketserver, sys, threading, time
            from http.server import BaseHTTPRequestHandler, HTTPServer

            class Handler(BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_POST(self):
                    self.rfile.read(int(self.headers['Content-Length']))
                    if 'traceparent' not in self.headers:
                        return self.answer()
                    _, trace, span, _ = self.headers['traceparent'].split('-')
                    os.path.exists(f'/nonexistent/{trace}-{span}')
                    time.sleep(0.001)
                    os.path.exists(f'/nonexistent/{trace}-{span}')
                    self.answer()
                    os.path.exists('/nonexistent/answered')
                def answer(self):
                    self.send_response(200)
                    self.send_header('Content-Length', '2')
                    self.end_headers()
                    self.wfile.write(b'ok')
                def log_message(self, *ignored):
                    pass

            class Server(socketserver.ThreadingMixIn, HTTPServer):
                daemon_threads = True
                request_queue_size = 64

            def first(port):
                connection = http.client.HTTPConnection('127.0.0.1', port)
                connection.request('POST', '/', b'x')
                assert connection.getresponse().read() == b'ok'
                connection.close()

            def client(port, number):
                connection = http.client.HTTPConnection('127.0.0.1', port)
                for request in range(%2$d):
                    parent = '00-%%032x-%%016x-01' %% (1 + number, 1 + request)
                    connection.request('POST', '/', b'GET / HTTP/1.1 in a body', {'traceparent': parent})
                    assert connection.getresponse().read() == b'ok'

            server = Server(('127.0.0.1', 0), Handler)
            port = server.server_address[1]
            if os.fork() == 0:
                first(port)
                threads = [threading.Thread(target=client, args=(port, number)) for number in range(%1$d)]
                [thread.start() for thread in threads]
                [thread.join() for thread in threads]
                os._exit(0)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            os.wait()
            os._exit(0)
            """.formatted(CLIENTS, REQUESTS);

    @TempDir
    Path folder = Path.of("");

    @Test
    void theCallsOfAThreadAreChildrenOfTheSpanThatItsRequestNames() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, List.of());

            assertThat(lookups(receiver)).hasSize(2 * CLIENTS * REQUESTS).allSatisfy(call -> {
                Matcher ids = FILE.matcher(attribute(call, "file.path"));
                assertThat(ids.matches()).isTrue();
                assertThat(hex(call.getTraceId().toByteArray())).isEqualTo(ids.group("trace"));
                assertThat(hex(call.getParentSpanId().toByteArray())).isEqualTo(ids.group("span"));
                assertThat(attribute(call, "syscall.parent.source")).isEqualTo("http_header");
                assertThat(call.getLinksCount()).isOne();
            });
            assertThat(receiver.spans())
                    .filteredOn(span -> attribute(span, "file.path").equals("/nonexistent/answered"))
                    .hasSize(CLIENTS * REQUESTS)
                    .allSatisfy(call ->
                            assertThat(attribute(call, "syscall.parent.source")).isEqualTo("process"));
            assertThat(receiver.spans())
                    .filteredOn(span -> attribute(span, "syscall.parent.source").equals("http_header"))
                    .as("both sides of the connections")
                    .extracting(Span::getName)
                    .contains("syscall: sendto", "syscall: recvfrom");
        }
    }

    @Test
    void withoutLookingForHeadersTheCallsStayUnderTheirProcess() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, List.of("--no-http-headers"));

            assertThat(lookups(receiver))
                    .hasSize(2 * CLIENTS * REQUESTS)
                    .allSatisfy(call ->
                            assertThat(attribute(call, "syscall.parent.source")).isEqualTo("process"));
        }
    }

    @Test
    void theSpansOfAReplayHaveTheSameParents() throws IOException {
        String recording = folder.resolve("t.rnc").toString();
        List<String> live;
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, List.of("--record", recording));
            live = parents(receiver);
        }
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run replay = Run.renacer("replay", recording, "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl());
            assertThat(replay.code()).as(replay.err()).isZero();
            assertThat(parents(receiver))
                    .containsExactlyInAnyOrderElementsOf(live)
                    .isNotEmpty();
        }
        assertThat(Files.readString(Path.of(recording), java.nio.charset.StandardCharsets.ISO_8859_1))
                .as("nothing of a head is kept")
                .doesNotContain("Content-Length");
    }

    private static List<String> parents(OtlpReceiver receiver) {
        return receiver.spans().stream()
                .filter(span -> attribute(span, "syscall.parent.source").equals("http_header"))
                .map(span -> span.getName()
                        + hex(span.getTraceId().toByteArray())
                        + hex(span.getParentSpanId().toByteArray()))
                .toList();
    }

    private void trace(OtlpReceiver receiver, List<String> more) throws IOException {
        Path program = Files.writeString(folder.resolve("program.py"), PROGRAM);
        List<String> arguments =
                new ArrayList<>(List.of("-f", "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl()));
        arguments.addAll(more);
        arguments.addAll(List.of("--", "python3", program.toString()));
        Run run = Run.of(Launchers.command("renacer", arguments), Map.of());
        assertThat(run.code()).as(run.err()).isZero();
    }

    private static List<Span> lookups(OtlpReceiver receiver) {
        return receiver.spans().stream()
                .filter(span -> FILE.matcher(attribute(span, "file.path")).matches())
                .toList();
    }

    private static String hex(byte[] id) {
        return HexFormat.of().formatHex(id);
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
