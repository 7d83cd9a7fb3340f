// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A collector on loopback that keeps what it gets over OTLP/HTTP. */
final class TestCollector implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> authorizations = ConcurrentHashMap.newKeySet();
    private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
    private final BlockingQueue<ExportMetricsServiceRequest> metrics = new LinkedBlockingQueue<>();

    TestCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::handle);
        server.createContext("/v1/metrics", this::measure);
        server.setExecutor(executor);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The distinct values of the header Authorization so far. */
    Set<String> authorizations() {
        return authorizations;
    }

    /** All spans of a container so far. */
    List<Span> spans(String containerId) {
        return received.stream()
                .filter(spans -> Objects.equals(attributes(spans).get("container.id"), containerId))
                .flatMap(spans -> spans.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** The attributes of each distinct resource so far. */
    List<Map<String, String>> resources() {
        return received.stream().map(TestCollector::attributes).distinct().toList();
    }

    /** The next request with metrics, once it arrives. */
    List<ResourceMetrics> nextMetrics() throws InterruptedException {
        ExportMetricsServiceRequest next = metrics.poll(60, TimeUnit.SECONDS);
        return Objects.requireNonNull(next, "no metrics have arrived").getResourceMetricsList();
    }

    /** How many calls were measured. */
    static long calls(List<ResourceMetrics> measured) {
        return durations(measured)
                .mapToLong(ExponentialHistogramDataPoint::getCount)
                .sum();
    }

    /** The spans that calls were measured by. */
    static List<ByteString> exemplars(List<ResourceMetrics> measured) {
        return durations(measured)
                .flatMap(point -> point.getExemplarsList().stream())
                .map(Exemplar::getSpanId)
                .toList();
    }

    private static Stream<ExponentialHistogramDataPoint> durations(List<ResourceMetrics> measured) {
        return measured.stream()
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .flatMap(scope -> scope.getMetricsList().stream())
                .filter(metric -> metric.getName().equals("renacer.syscall.duration"))
                .flatMap(metric -> metric.getExponentialHistogram().getDataPointsList().stream());
    }

    private void measure(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            try (InputStream body = gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                metrics.add(ExportMetricsServiceRequest.parseFrom(body));
            }
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Map<String, String> attributes(ResourceSpans spans) {
        return attributes(spans.getResource());
    }

    static Map<String, String> attributes(Resource resource) {
        return resource.getAttributesList().stream()
                .collect(Collectors.toMap(
                        KeyValue::getKey, attribute -> attribute.getValue().getStringValue()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .ifPresent(authorizations::add);
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            try (InputStream body = gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                received.addAll(ExportTraceServiceRequest.parseFrom(body).getResourceSpansList());
            }
            byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
