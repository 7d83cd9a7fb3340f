// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export.http;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A service of gRPC in cleartext and its clients, in one process: each client has a connection, and sends one request after
 * another, with a long message there and back. The parent of client C's request R is the span {@link #span(int, int)}.
 */
final class GrpcTraffic {
    static final int CLIENTS = 8;
    static final int REQUESTS = 20;
    static final int TRACE = 9;
    private static final int MESSAGE = 100_000;
    private static final Marshaller<byte[]> BYTES = new Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("test.Echo/Echo")
            .setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES)
            .build();

    private GrpcTraffic() {}

    /** The id of the span for which a client makes a request; both count from 0. */
    static String span(int client, int request) {
        return "%08x%08x".formatted(1 + client, 1 + request);
    }

    /**
     * Serves and asks.
     *
     * @param arguments  none
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("test.Echo")
                        .addMethod(ECHO, ServerCalls.asyncUnaryCall((message, answer) -> {
                            answer.onNext(message);
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            clients.add(Thread.ofPlatform().start(() -> ask(server.getPort(), number)));
        }
        for (Thread client : clients) {
            client.join();
        }
        server.shutdownNow();
        System.out.println("answered");
    }

    private static void ask(int port, int client) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        for (int request = 0; request < REQUESTS; request++) {
            Metadata headers = new Metadata();
            headers.put(
                    Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                    "00-%032x-%s-01".formatted(TRACE, span(client, request)));
            ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                    ECHO,
                    CallOptions.DEFAULT,
                    new byte[MESSAGE]);
        }
        channel.shutdownNow();
    }
}
