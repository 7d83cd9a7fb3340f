// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
        assertThat(get("/", "").statusCode()).isEqualTo(404);
    }

    @Test
    void saysThatThePortIsTaken() {
        assertThatThrownBy(() -> new HttpEndpoints(endpoints.port(), sick::get, this::unready, registry))
                .isInstanceOf(BindException.class);
    }

    private HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoints.port() + path));
        if (!accept.isEmpty()) {
            request.header("Accept", accept);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }
}
