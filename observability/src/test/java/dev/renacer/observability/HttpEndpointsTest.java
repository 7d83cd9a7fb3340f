// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.observability;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointsTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicReference<List<String>> sick = new AtomicReference<>(List.of());

    @SuppressWarnings("NullAway.Init") // set before each test
    private HttpEndpoints endpoints;

    @BeforeEach
    void start() throws IOException {
        endpoints = new HttpEndpoints(0, sick::get, this::unready, registry);
    }

    private List<String> unready() {
        return ready.get() ? List.of() : List.of("caches are being filled");
    }

    @AfterEach
    void stop() {
        endpoints.close();
    }

    @Test
    void isAliveBeforeItIsReady() throws Exception {
        assertThat(get("/livez", "").statusCode()).isEqualTo(200);
        assertThat(get("/readyz", "").statusCode()).isEqualTo(503);
        assertThat(get("/readyz", "").body()).isEqualTo("caches are being filled\n");

        ready.set(true);
        assertThat(get("/readyz", "").statusCode()).isEqualTo(200);
        assertThat(get("/readyz", "").body()).isEqualTo("ok\n");
    }

    @Test
    void isNotAliveOnceItsWorkHasStopped() throws Exception {
        sick.set(List.of("the watch on pods has ended"));

        assertThat(get("/livez", "").statusCode()).isEqualTo(503);
        assertThat(get("/livez", "").body()).isEqualTo("the watch on pods has ended\n");
    }

    @Test
    void writesMetricsAsTheScraperAsks() throws Exception {
        Counter.builder().name("looks_total").register(registry).inc();

        HttpResponse<String> plain = get("/metrics", "text/plain");
        assertThat(plain.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(plain.body()).contains("looks_total 1.0").doesNotContain("# EOF");

        HttpResponse<String> open = get("/metrics", "application/openmetrics-text; version=1.0.0");
        assertThat(open.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/openmetrics-text");
        assertThat(open.body()).contains("looks_total 1.0").endsWith("# EOF\n");
    }

    @Test
    void servesNothingElse() throws Exception {
        for (String path : List.of("/", "/-/healthy", "/debug")) {
            assertThat(get(path, "").statusCode()).isEqualTo(404);
            assertThat(get(path, "").body()).isEqualTo("not found\n");
        }
    }

    @Test
    void takesNoOrdersInAQuery() throws Exception {
        Counter.builder().name("looks_total").register(registry).inc();
        String all = get("/metrics", "text/plain").body();

        for (String query : List.of("debug=openmetrics", "debug=forged", "name%5B%5D=none")) {
            HttpResponse<String> answer = get("/metrics?" + query, "text/plain");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(all);
        }
    }

    @Test
    void compressesNothing() throws Exception {
        Counter.builder().name("looks_total").register(registry).inc();

        HttpResponse<String> answer = send("/metrics", "Accept-Encoding", "gzip");
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.body()).contains("looks_total 1.0");
    }

    @Test
    void showsAStrangerNothingOfAFailure() {
        register(callback -> {
            throw new IllegalStateException("a secret");
        });

        assertThatThrownBy(() -> get("/metrics", "text/plain")).isInstanceOf(IOException.class);
    }

    @Test
    void logsAMetricThatCannotBeReadOnceAndAgainAfterItCould() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        register(callback -> {
            if (broken.get()) {
                throw new IllegalStateException("the reason");
            }
            callback.call(1);
        });

        List<LogRecord> said = saidDuring(() -> {
            assertThatThrownBy(() -> get("/metrics", "text/plain")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get("/metrics", "text/plain")).isInstanceOf(IOException.class);
            broken.set(false);
            get("/metrics", "text/plain");
            broken.set(true);
            assertThatThrownBy(() -> get("/metrics", "text/plain")).isInstanceOf(IOException.class);
            endpoints.close();
        });

        assertThat(said).hasSize(2).allSatisfy(entry -> {
            assertThat(entry.getMessage()).startsWith("/metrics cannot be answered");
            assertThat(entry.getThrown()).hasMessage("the reason");
        });
    }

    @Test
    void logsNothingOfAClientThatHangsUpOrAsksForAnUnknownEscaping() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        register(callback -> {
            asked.countDown();
            await(gone);
            callback.call(1);
        });

        List<LogRecord> said = saidDuring(() -> {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), endpoints.port())) {
                client.setSoLinger(true, 0); // a reset, so that the answer fails
                client.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
                assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                gone.countDown();
            }
            get("/metrics", "text/plain; escaping=none-such");
            endpoints.close(); // ends when the answers have
        });

        assertThat(said).isEmpty();
    }

    private void register(Consumer<GaugeWithCallback.Callback> callback) {
        GaugeWithCallback.builder().name("called").callback(callback).register(registry);
    }

    private static List<LogRecord> saidDuring(Work work) throws Exception {
        List<LogRecord> said = new CopyOnWriteArrayList<>();
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                said.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(listener);
        try {
            work.call();
        } finally {
            root.removeHandler(listener);
        }
        return said;
    }

    private interface Work {
        void call() throws Exception;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void servesNobodyOnceClosed() {
        endpoints.close();

        assertThatThrownBy(() -> get("/livez", "")).isInstanceOf(ConnectException.class);
    }

    @Test
    void saysThatThePortIsTaken() {
        assertThatThrownBy(() -> new HttpEndpoints(endpoints.port(), sick::get, this::unready, registry))
                .isInstanceOf(BindException.class);
    }

    private HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
        return accept.isEmpty() ? send(path) : send(path, "Accept", accept);
    }

    private HttpResponse<String> send(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoints.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }
}
