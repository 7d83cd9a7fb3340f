// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Serves {@code /livez}, {@code /readyz} (the kubelet's probes) and {@code /metrics} (OpenMetrics or Prometheus text, as the scraper
 * asks).
 */
public final class AgentHttpServer implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.builder()
            .setCreatedTimestampsEnabled(false)
            .build();
    private final ExpositionFormatWriter prometheus =
            PrometheusTextFormatWriter.builder().build();

    /**
     * Starts serving.
     *
     * @param port   of all addresses; 0: any free one
     * @param ready  whether the agent sees its assignments
     * @param stalled  what the agent depends on and has stalled: it is then neither alive nor ready
     * @throws IOException if the port cannot be had
     */
    public AgentHttpServer(int port, BooleanSupplier ready, Supplier<List<String>> stalled, PrometheusRegistry registry)
            throws IOException {
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(threads);
        server.createContext("/livez", exchange -> answer(exchange, stalled.get()));
        server.createContext("/readyz", exchange -> {
            List<String> problems =
                    ready.getAsBoolean() ? stalled.get() : List.of("the NodeTraces of this node are not listed yet");
            answer(exchange, problems);
        });
        server.createContext("/metrics", exchange -> {
            String accepted = exchange.getRequestHeaders().getFirst("Accept");
            ExpositionFormatWriter format = openMetrics.accepts(accepted) ? openMetrics : prometheus;
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            format.write(body, registry.scrape());
            answer(exchange, HttpURLConnection.HTTP_OK, format.getContentType(), body.toByteArray());
        });
        server.createContext(
                "/", exchange -> answer(exchange, HttpURLConnection.HTTP_NOT_FOUND, TEXT, bytes("not found\n")));
        server.start();
    }

    /** The port it listens at. */
    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private static void answer(HttpExchange exchange, List<String> problems) throws IOException {
        answer(
                exchange,
                problems.isEmpty() ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE,
                TEXT,
                bytes(problems.isEmpty() ? "ok\n" : String.join("\n", problems) + "\n"));
    }

    private static void answer(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
