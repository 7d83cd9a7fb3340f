// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** OTLP over gRPC. */
final class GrpcTestReceiver extends TestReceiver {
    private static final Context.Key<Metadata> HEADERS = Context.key("headers");

    private final Server server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    GrpcTestReceiver() throws IOException {
        this(0);
    }

    GrpcTestReceiver(int port) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .executor(executor)
                .intercept(new KeepHeaders())
                .addService(new Service())
                .build()
                .start();
    }

    @Override
    int port() {
        return server.getPort();
    }

    @Override
    OtlpEndpoint endpoint() {
        return new OtlpEndpoint(URI.create("http://127.0.0.1:" + port()), OtlpEndpoint.Protocol.GRPC);
    }

    @Override
    public void close() {
        server.shutdownNow();
        executor.shutdownNow();
    }

    private final class Service extends TraceServiceGrpc.TraceServiceImplBase {
        @Override
        public void export(ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> observer) {
            Map<String, String> headers = new TreeMap<>();
            Metadata metadata = HEADERS.get();
            for (String key : metadata.keys()) {
                if (!key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                    headers.put(
                            key, String.valueOf(metadata.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER))));
                }
            }
            Answer answer = receive(request, headers);
            if (answer.status() != Answer.OK) {
                observer.onError(Status.fromCodeValue(answer.status())
                        .withDescription("as the test asked")
                        .asException(details(answer)));
                return;
            }
            observer.onNext(answer.response());
            observer.onCompleted();
        }
    }

    /** As a collector tells when to come again: google.rpc.RetryInfo among the details of google.rpc.Status. */
    private static Metadata details(Answer answer) {
        Metadata trailers = new Metadata();
        if (answer.retryAfterSeconds() > 0) {
            com.google.rpc.RetryInfo info = com.google.rpc.RetryInfo.newBuilder()
                    .setRetryDelay(Duration.newBuilder().setSeconds(answer.retryAfterSeconds()))
                    .build();
            trailers.put(
                    Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
                    com.google.rpc.Status.newBuilder()
                            .setCode(answer.status())
                            .addDetails(Any.pack(com.google.rpc.ErrorInfo.getDefaultInstance()))
                            .addDetails(Any.pack(info))
                            .build()
                            .toByteArray());
        }
        return trailers;
    }

    private static final class KeepHeaders implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
        }
    }
}
