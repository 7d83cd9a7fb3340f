// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Status;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ports that answer, but not as a receiver of OTLP does. */
class ForeignAnswersTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SECRET = "s3cret-t0ken-of-the-sink";
    private static final OtlpSettings SETTINGS =
            OtlpSettings.defaults().withHeaders(Map.of("authorization", "Bearer " + SECRET));

    private final List<ExportNotice> notices = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    /** Answers a request. */
    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private int http(Handler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                handler.handle(exchange);
            }
        });
        server.start();
        opened.add(() -> server.stop(0));
        return server.getAddress().getPort();
    }

    private int http(int status, String type, String body) throws IOException {
        return http(exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            if (!type.isEmpty()) {
                exchange.getResponseHeaders().set("Content-Type", type);
            }
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    private SpanSink offerTen(OtlpSpanPipeline pipeline) {
        SpanSink sink = pipeline.target("t");
        for (int i = 0; i < 10; i++) {
            sink.offer(NumberedSpan.of(i));
        }
        return sink;
    }

    private OtlpSpanPipeline pipeline(String scheme, Protocol protocol, int port) {
        OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(
                new OtlpEndpoint(URI.create(scheme + "://127.0.0.1:" + port), protocol), SETTINGS, notices::add);
        opened.add(pipeline);
        return pipeline;
    }

    @ParameterizedTest
    @CsvSource({
        "200, text/html; charset=utf-8, <html><title>Sign in</title></html>, text/html",
        "200, '', '  <!doctype html><p>hello', a page",
        "200, text/plain, ok, text/plain",
        "202, text/html, <p>, text/html",
        "200, application/grpc, '', gRPC",
        "200, application/x-protobuf, <html>Sign in</html>, application/x-protobuf",
        "200, application/x-protobuf, Sign in first, 13 bytes of application/x-protobuf",
        "200, '', Sign in first, 13 bytes of no declared type",
        "200, application/octet-stream, Sign in first, application/octet-stream",
        "200, application/xml, ok, 2 bytes of application/xml",
        "200, application/json, [], 2 bytes of application/json",
        "200, application/json, Sign in, 7 bytes of application/json",
        "200, application/json, {\"error\":\"Sign in\"}, application/json",
        "202, application/json, {, 1 byte of application/json",
        "206, image/png, PNG, 3 bytes of image/png",
    })
    void aSuccessThatNoReceiverOfOtlpSaidIsNoDelivery(int status, String type, String body, String said)
            throws IOException {
        OtlpSpanPipeline pipeline = pipeline("http", Protocol.HTTP_PROTOBUF, http(status, type, body));
        SpanSink sink = offerTen(pipeline);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts().failed()).isEqualTo(10);
        assertThat(notices)
                .singleElement()
                .satisfies(notice -> assertThat(notice.message()).contains(said).doesNotContain("Sign in"));
    }

    @ParameterizedTest
    @CsvSource({
        "200, '', ''",
        "200, application/x-protobuf, ''",
        "200, application/json, {}",
        "204, '', ''",
        "202, text/plain, ''",
        "200, application/json; charset=utf-8, {\"partialSuccess\":{}}"
    })
    void aSuccessInAnyFormOfOtlpIsADelivery(int status, String type, String body) throws IOException {
        OtlpSpanPipeline pipeline = pipeline("http", Protocol.HTTP_PROTOBUF, http(status, type, body));
        SpanSink sink = offerTen(pipeline);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts().exported()).isEqualTo(10);
        assertThat(notices).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"301", "302", "303", "307", "308"})
    void aRedirectIsRefusedAndSaysWhereTo(int status) throws IOException {
        OtlpSpanPipeline pipeline = pipeline("http", Protocol.HTTP_PROTOBUF, http(exchange -> {
            exchange.getResponseHeaders().set("Location", "https://me:hush@login.example/start?ticket=hush");
            exchange.sendResponseHeaders(status, -1);
        }));
        SpanSink sink = offerTen(pipeline);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts().failed()).isEqualTo(10);
        assertThat(notices)
                .singleElement()
                .satisfies(notice -> assertThat(notice.message())
                        .contains(
                                "HTTP " + status + " (a redirect to https://login.example/start, which is not followed")
                        .doesNotContain("hush"));
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "403", "500"})
    void credentialsThatACollectorQuotesAreNotTold(int status) throws IOException {
        OtlpSpanPipeline pipeline = pipeline(
                "http",
                Protocol.HTTP_PROTOBUF,
                http(status, "text/plain", "x".repeat(280) + " token Bearer " + SECRET + " of " + SECRET + " is bad"));
        offerTen(pipeline);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(pipeline.lastFailure().orElse("")).contains("HTTP " + status).doesNotContain(SECRET.substring(0, 6));
        assertThat(notices).noneMatch(notice -> notice.message().contains(SECRET.substring(0, 6)));
    }

    @Test
    void ofAnEndlessAnswerOnlyTheHeadIsRead() throws IOException {
        AtomicInteger written = new AtomicInteger();
        OtlpSpanPipeline pipeline = pipeline("http", Protocol.HTTP_PROTOBUF, http(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(400, 0);
            byte[] page = "no! ".repeat(16_384).getBytes(StandardCharsets.UTF_8);
            try (OutputStream body = exchange.getResponseBody()) {
                while (written.addAndGet(page.length) < 1 << 30) {
                    body.write(page);
                }
            }
        }));
        SpanSink sink = offerTen(pipeline);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts().failed()).isEqualTo(10);
        assertThat(pipeline.lastFailure().orElse("")).startsWith("the collector answered HTTP 400: no! no!");
        assertThat(written.get()).isLessThan(1 << 29);
    }

    @Test
    void brokenGzipInAnAnswerHidesNoStatus() throws IOException {
        OtlpSpanPipeline pipeline = pipeline("http", Protocol.HTTP_PROTOBUF, http(exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(400, 4);
            exchange.getResponseBody().write("gzip".getBytes(StandardCharsets.UTF_8));
        }));
        offerTen(pipeline);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(pipeline.lastFailure().orElse("")).startsWith("the collector answered HTTP 400 (");
    }

    /** In the words of Go's http.MaxBytesError (OpenTelemetry Collector, Tempo) and of .NET's Kestrel. */
    @ParameterizedTest
    @CsvSource({
        "400, application/x-protobuf, http: request body too large",
        "400, application/json, '{\"code\":3,\"message\":\"http: request body too large\"}'",
        "400, text/plain; charset=utf-8, http: request body too large",
        "400, '', Request body too large. The max request body size is 30000000 bytes.",
        "500, text/plain, http: request body too large",
        "413, '', ''"
    })
    void whatIsTooLargeIsHalvedWhateverItsStatus(int status, String type, String said) throws IOException {
        byte[] body = type.endsWith("protobuf")
                ? Status.newBuilder().setCode(3).setMessage(said).build().toByteArray()
                : said.getBytes(StandardCharsets.UTF_8);
        AtomicInteger requests = new AtomicInteger();
        OtlpSpanPipeline pipeline = pipeline("http", Protocol.HTTP_PROTOBUF, http(exchange -> {
            if (requests.getAndIncrement() > 0) {
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }));
        SpanSink sink = offerTen(pipeline);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts().exported()).isEqualTo(10);
        assertThat(notices).isEmpty();
    }

    /** A server of bytes: answers each connection with these, and hangs up if asked to. */
    private int raw(byte[] answer, boolean hangUp) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        opened.add(server);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> answer(socket, answer, hangUp));
                } catch (IOException _) {
                    return; // closed by the test
                }
            }
        });
        return server.getLocalPort();
    }

    private static void answer(Socket socket, byte[] answer, boolean hangUp) {
        try (socket) {
            byte[] question = new byte[4_096];
            int length = socket.getInputStream().read(question);
            if (length >= 0 || hangUp) {
                socket.getOutputStream().write(answer);
                socket.getOutputStream().flush();
            }
            while (!hangUp && length >= 0) {
                length = socket.getInputStream().read(question);
            }
        } catch (IOException _) {
            // the other side has gone
        }
    }

    private static byte[] bytes(int... bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = (byte) bytes[i];
        }
        return result;
    }

    private String firstFailure(String scheme, Protocol protocol, int port) {
        OtlpSpanPipeline pipeline = pipeline(scheme, protocol, port);
        offerTen(pipeline);
        await().atMost(LONG).until(() -> !notices.isEmpty());
        String message = notices.getFirst().message();
        assertThat(message).doesNotContain("\n").doesNotContain(SECRET);
        return message;
    }

    @Test
    void httpToAGrpcPortSaysWhatToDo() throws IOException {
        GrpcTestReceiver grpc = new GrpcTestReceiver();
        opened.add(grpc);

        assertThat(firstFailure("http", Protocol.HTTP_PROTOBUF, grpc.port()))
                .contains("gRPC port?")
                .contains("OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
    }

    @Test
    void grpcToAnHttpPortSaysWhatToDo() throws IOException {
        assertThat(firstFailure("http", Protocol.GRPC, http(404, "text/plain", "404")))
                .contains("OTLP/HTTP port?")
                .contains("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    @ParameterizedTest
    @CsvSource({"HTTP_PROTOBUF", "GRPC"})
    void plainTextToATlsPortSaysWhatToDo(Protocol protocol) throws IOException {
        int port = raw(bytes(0x15, 3, 1, 0, 2, 2, 10), true); // alert: unexpected message

        assertThat(firstFailure("http", protocol, port)).contains("wants TLS: write https://");
    }

    /** Go's server answers so, without a type, and closes a connection of which it may not have read all. */
    @Test
    void plainTextToATlsPortThatSaysSoInPlainTextSaysWhatToDo() throws IOException {
        int port = raw(
                "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
                        .getBytes(StandardCharsets.US_ASCII),
                true);

        assertThat(firstFailure("http", Protocol.HTTP_PROTOBUF, port)).contains("wants TLS: write https://");
    }

    @ParameterizedTest
    @CsvSource({"HTTP_PROTOBUF", "GRPC"})
    void tlsToAPlainPortSaysWhatToDo(Protocol protocol) throws IOException {
        assertThat(firstFailure("https", protocol, http(404, "text/plain", "404")))
                .contains("does not speak TLS: write http://");
    }

    @ParameterizedTest
    @CsvSource({"HTTP_PROTOBUF", "GRPC"})
    void aPortThatHangsUpIsToldWithoutAGuess(Protocol protocol) throws IOException {
        assertThat(firstFailure("http", protocol, raw(new byte[0], true)))
                .contains("OTLP export failed: ")
                .doesNotContain("port?")
                .doesNotContain("write http");
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUpInTime() throws IOException {
        byte[] drip = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n\r\nab"
                .getBytes(StandardCharsets.US_ASCII);
        int port = raw(drip, false);
        OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(
                new OtlpEndpoint(URI.create("http://127.0.0.1:" + port), Protocol.HTTP_PROTOBUF),
                SETTINGS.withTimeout(Duration.ofMillis(500)),
                notices::add);
        opened.add(pipeline);
        SpanSink sink = offerTen(pipeline);

        await().atMost(LONG).until(() -> !notices.isEmpty());
        assertThat(notices.getFirst().message()).contains("did not answer in time");
        assertThat(sink.counts().pending()).isEqualTo(10);
    }

    @Test
    void aResetInTheMiddleOfARequestLosesNothing() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        OtlpSpanPipeline pipeline = pipeline("http", Protocol.HTTP_PROTOBUF, http(exchange -> {
            if (requests.getAndIncrement() == 0) {
                exchange.close(); // before any answer
                return;
            }
            exchange.sendResponseHeaders(200, -1);
        }));
        SpanSink sink = offerTen(pipeline);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts().exported()).isEqualTo(10);
    }
}
