// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.observability;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.ExporterHttpServerProperties;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.exporter.common.PrometheusScrapeHandler;
import io.prometheus.metrics.exporter.httpserver.HttpExchangeAdapter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Serves {@code /livez}, {@code /readyz} (the kubelet's probes) and {@code /metrics} (OpenMetrics or Prometheus text, as the scraper
 * asks), on virtual threads of its own until it is closed.
 *
 * <p>The metrics are the Prometheus library's part. Its own server is not used: it also answers at {@code /-/healthy}, prefers the port
 * of a configuration file or a variable to the one that it is given, and shows strangers more than {@link Scrape} does.
 */
public final class HttpEndpoints implements AutoCloseable {
    /** The library's defaults, whatever the environment says; a compressor would take more memory than all metrics do. */
    private static final PrometheusProperties UNCOMPRESSED = PrometheusProperties.builder()
            .exporterHttpServerProperties(ExporterHttpServerProperties.builder()
                    .preferUncompressedResponse(true)
                    .build())
            .build();

    private static final Logger LOG = Logger.getLogger(HttpEndpoints.class.getName());

    private final HttpServer server;
    private final AtomicBoolean unreadable = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Starts serving.
     *
     * @param port      of all addresses; 0: any free one
     * @param sick      why the process should be started anew, a line each; none: it is alive. Asked on any thread
     * @param unready   why it does not serve, likewise; none: it is ready
     * @param registry  what is scraped
     * @throws IOException if the port cannot be had
     */
    public HttpEndpoints(
            int port, Supplier<List<String>> sick, Supplier<List<String>> unready, PrometheusRegistry registry)
            throws IOException {
        PrometheusScrapeHandler metrics = new PrometheusScrapeHandler(UNCOMPRESSED, registry);
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(threads);
        server.createContext("/livez", exchange -> answer(exchange, sick.get()));
        server.createContext("/readyz", exchange -> answer(exchange, unready.get()));
        server.createContext("/metrics", exchange -> {
            metrics.handleRequest(new Scrape(exchange));
            unreadable.set(false);
        });
        server.createContext("/", exchange -> answer(exchange, HttpURLConnection.HTTP_NOT_FOUND, "not found\n"));
        server.start();
    }

    /** The port it listens at. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    /** The kubelet writes the body into the pod's events. */
    private static void answer(HttpExchange exchange, List<String> problems) throws IOException {
        answer(
                exchange,
                problems.isEmpty() ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE,
                problems.isEmpty() ? "ok\n" : String.join("\n", problems) + "\n");
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /**
     * A scrape by anyone who reaches the port. The library would answer a failure with its stack trace, log one whenever a client
     * hangs up, and take orders in the query; here a failure closes the connection and the query is ignored. A failure that is not the
     * scraper's own is logged, once until a scrape succeeds.
     */
    private final class Scrape extends HttpExchangeAdapter {
        Scrape(HttpExchange exchange) {
            super(exchange);
        }

        @Override
        public HttpRequest getRequest() {
            return new HttpRequest() {
                @Override
                public String getQueryString() {
                    return "";
                }
            };
        }

        @Override
        public void handleException(IOException e) throws IOException {
            throw e;
        }

        @Override
        public void handleException(RuntimeException e) {
            if (isUnderstood() && unreadable.compareAndSet(false, true)) {
                LOG.log(
                        Level.SEVERE,
                        "/metrics cannot be answered until every metric can be read again: see what one of them threw",
                        e);
            }
            throw e;
        }

        /** Whether the library knows what the scraper asks for. */
        private boolean isUnderstood() {
            try {
                EscapingScheme.fromAcceptHeader(getRequest().getHeader("Accept"));
                return true;
            } catch (IllegalArgumentException _) {
                return false;
            }
        }
    }
}
