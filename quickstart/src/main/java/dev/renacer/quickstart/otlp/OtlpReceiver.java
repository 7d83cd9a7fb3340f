// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Takes spans over OTLP on free ports of 127.0.0.1, by gRPC and by HTTP/protobuf. Safe for any thread. */
public final class OtlpReceiver implements AutoCloseable {
    /** What is kept to be shown and checked until {@link #forget}; more is only counted, so that it can run for days. */
    static final int KEPT = 50_000;

    private static final int LARGEST_MESSAGE = 64 << 20;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final List<ReceivedSpan> spans = new ArrayList<>();
    private long received;
    private OptionalLong firstNanoTime = OptionalLong.empty();

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Server grpc;
    private final HttpServer http;

    private OtlpReceiver() throws IOException {
        grpc = NettyServerBuilder.forAddress(new InetSocketAddress(LOOPBACK, 0))
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .addService(new GrpcService())
                .build();
        http = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        http.setExecutor(executor);
    }

    /**
     * Starts both servers.
     *
     * @throws IOException if a port cannot be had
     */
    public static OtlpReceiver start() throws IOException {
        OtlpReceiver receiver = new OtlpReceiver();
        receiver.http.createContext("/v1/traces", receiver::post);
        receiver.grpc.start();
        receiver.http.start();
        return receiver;
    }

    /** Endpoint for OTLP over gRPC. */
    public String grpcEndpoint() {
        return "http://127.0.0.1:" + grpc.getPort();
    }

    /** Endpoint for OTLP over HTTP/protobuf. */
    public String httpEndpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** The spans so far, in the order in which they came; no more than a bound. */
    public synchronized List<ReceivedSpan> spans() {
        return List.copyOf(spans);
    }

    /** Keeps none of the spans that have come; they stay counted. */
    public synchronized void forget() {
        spans.clear();
    }

    /** How many spans came. */
    public synchronized long received() {
        return received;
    }

    /** System.nanoTime() at the first span. */
    public synchronized OptionalLong firstNanoTime() {
        return firstNanoTime;
    }

    @Override
    public void close() {
        grpc.shutdownNow();
        http.stop(0);
        executor.shutdownNow();
    }

    private synchronized void take(ExportTraceServiceRequest request) {
        for (ResourceSpans about : request.getResourceSpansList()) {
            Map<String, String> resource =
                    ReceivedSpan.attributes(about.getResource().getAttributesList());
            for (ScopeSpans scope : about.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    if (firstNanoTime.isEmpty()) {
                        firstNanoTime = OptionalLong.of(System.nanoTime());
                    }
                    received++;
                    if (spans.size() < KEPT) {
                        spans.add(ReceivedSpan.of(span, resource));
                    }
                }
            }
        }
    }

    private void post(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            try {
                take(ExportTraceServiceRequest.parseFrom(compressed ? new GZIPInputStream(body) : body));
                exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1); // an empty response message has no bytes
            } catch (InvalidProtocolBufferException | ZipException e) {
                exchange.sendResponseHeaders(400, -1);
            }
        }
    }

    private final class GrpcService extends TraceServiceGrpc.TraceServiceImplBase {
        @Override
        public void export(ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> answer) {
            take(request);
            answer.onNext(ExportTraceServiceResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }
}
