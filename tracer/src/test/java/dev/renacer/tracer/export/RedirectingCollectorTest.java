// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hostile collector that sends the exporter elsewhere, with the sink's credentials, to what only the node may reach. */
class RedirectingCollectorTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String CREDENTIALS = "Bearer of-the-sink";
    private static final OtlpSettings SETTINGS = OtlpSettings.defaults()
            .withTimeout(Duration.ofSeconds(20))
            .withHeaders(Map.of("authorization", CREDENTIALS));

    private final List<String> elsewhere = new CopyOnWriteArrayList<>();
    private final List<ExportNotice> notices = new CopyOnWriteArrayList<>();
    private HttpServer victim;

    @BeforeEach
    void startVictim() throws IOException {
        victim = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        victim.createContext("/", exchange -> {
            try (exchange) {
                elsewhere.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().entrySet());
                exchange.sendResponseHeaders(200, -1);
            }
        });
        victim.start();
    }

    @AfterEach
    void stopVictim() {
        victim.stop(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void isNotFollowedOverHttp(int status) throws IOException {
        List<String> credentials = new CopyOnWriteArrayList<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                credentials.add(exchange.getRequestHeaders().getFirst("authorization"));
                exchange.getResponseHeaders().set("Location", victimUrl());
                exchange.sendResponseHeaders(status, -1);
            }
        });
        collector.start();
        try {
            sendTo(Protocol.HTTP_PROTOBUF, collector.getAddress().getPort());

            assertThat(credentials).contains(CREDENTIALS);
            assertThat(notices.getFirst().message()).contains(Integer.toString(status));
            assertThat(elsewhere).isEmpty();
        } finally {
            collector.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void isNotFollowedOverGrpc(int status) throws IOException {
        try (RedirectingHttp2Server collector = new RedirectingHttp2Server(status, victimUrl())) {
            sendTo(Protocol.GRPC, collector.port());

            assertThat(collector.redirected()).isPositive();
            assertThat(elsewhere).isEmpty();
        }
    }

    /** Returns when the span has been sent, refused and given up. */
    private void sendTo(Protocol protocol, int port) {
        OtlpEndpoint endpoint = new OtlpEndpoint(URI.create("http://127.0.0.1:" + port), protocol);
        SpanSink sink;
        try (OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(endpoint, SETTINGS, notices::add)) {
            sink = pipeline.target("t");
            sink.offer(NumberedSpan.of(1));
            await().atMost(LONG).until(() -> sink.counts().pending() == 0);
        }
        assertThat(sink.counts().exported()).isZero();
    }

    private String victimUrl() {
        return "http://127.0.0.1:" + victim.getAddress().getPort() + "/latest/meta-data";
    }
}
