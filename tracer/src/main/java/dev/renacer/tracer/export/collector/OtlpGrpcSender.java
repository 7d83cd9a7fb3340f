// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.collector.wire.GrpcMarshallers;
import dev.renacer.tracer.export.collector.wire.Gzip;
import dev.renacer.tracer.export.collector.wire.HeadOfBody;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.export.settings.Proxies;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ProxiedSocketAddress;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Sends OTLP/gRPC over its own channel, with the certificates and keys of the settings. */
final class OtlpGrpcSender implements GrpcSender {
    /** As for OTLP/HTTP: more than any answer needs. */
    private static final int MAX_ANSWER_BYTES = HeadOfBody.MAX_BYTES;

    private final GrpcSenderConfig config;
    private final RequestLimit limit;
    private final Supplier<CompletableFuture<ExportOutcome>> outcome;
    private final ManagedChannel channel;
    private final MethodDescriptor<MessageWriter, byte[]> method;

    /**
     * @param settings  certificates and keys, for https
     * @param proxy     in between, which must tunnel (CONNECT)
     * @param limit     what is larger is not sent
     * @param outcome   of the current export; completed before the exporter hears of the end, because the exporter is
     *     given fewer details
     * @throws IllegalArgumentException if a certificate or key cannot be used
     */
    OtlpGrpcSender(
            GrpcSenderConfig config,
            OtlpSettings settings,
            Optional<Proxies.Proxy> proxy,
            RequestLimit limit,
            Supplier<CompletableFuture<ExportOutcome>> outcome) {
        this.config = config;
        this.limit = limit;
        this.outcome = outcome;
        ManagedChannelBuilder<?> builder = Grpc.newChannelBuilderForAddress(
                        config.getEndpoint().getHost(), config.getEndpoint().getPort(), credentials(config, settings))
                .compressorRegistry(Gzip.registry())
                .maxInboundMessageSize(MAX_ANSWER_BYTES);
        proxy.ifPresent(between -> builder.proxyDetector(target -> tunnel(between, target)));
        this.channel = builder.build();
        this.method = MethodDescriptor.<MessageWriter, byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(config.getFullMethodName())
                .setRequestMarshaller(GrpcMarshallers.REQUEST)
                .setResponseMarshaller(GrpcMarshallers.RESPONSE)
                .build();
    }

    private static ProxiedSocketAddress tunnel(Proxies.Proxy proxy, SocketAddress target) {
        HttpConnectProxiedSocketAddress.Builder tunnel = HttpConnectProxiedSocketAddress.newBuilder()
                .setProxyAddress(new InetSocketAddress(proxy.host(), proxy.port()))
                .setTargetAddress((InetSocketAddress) target);
        proxy.user().ifPresent(user -> tunnel.setUsername(user).setPassword(proxy.password()));
        return tunnel.build();
    }

    private static ChannelCredentials credentials(GrpcSenderConfig config, OtlpSettings settings) {
        if (!config.getEndpoint().getScheme().equals("https")) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
        try {
            if (settings.trustedCertificates().isPresent()) {
                tls.trustManager(
                        new ByteArrayInputStream(settings.trustedCertificates().get()));
            }
            if (settings.clientTls().isPresent()) {
                OtlpSettings.ClientTls client = settings.clientTls().get();
                tls.keyManager(
                        new ByteArrayInputStream(client.certificatePem()),
                        new ByteArrayInputStream(client.privateKeyPem()));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("a certificate or key cannot be read", e);
        }
        return tls.build();
    }

    @Override
    public void send(MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
        int size = message.getContentLength();
        if (!limit.admits(size)) {
            outcome.get().complete(limit.tooLarge(size));
            onError.accept(new IOException("not sent"));
            return;
        }
        ClientCall<MessageWriter, byte[]> call = channel.newCall(method, options());
        call.start(new Answer(size, outcome.get(), onResponse), metadata());
        call.request(1);
        call.sendMessage(message);
        call.halfClose();
    }

    private CallOptions options() {
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(config.getTimeout().toNanos(), TimeUnit.NANOSECONDS);
        Compressor compressor = config.getCompressor();
        return compressor == null ? options : options.withCompression(compressor.getEncoding());
    }

    private Metadata metadata() {
        Metadata metadata = new Metadata();
        config.getHeadersSupplier()
                .get()
                .forEach((name, values) -> metadata.put(
                        Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER),
                        String.join(",", values)));
        return metadata;
    }

    @Override
    public CompletableResultCode shutdown() {
        channel.shutdownNow();
        return CompletableResultCode.ofSuccess();
    }

    /** Receives the end of a call. */
    private final class Answer extends ClientCall.Listener<byte[]> {
        private final int size;
        private final CompletableFuture<ExportOutcome> expected;
        private final Consumer<GrpcResponse> onResponse;
        private byte[] message = new byte[0];
        private boolean headers;

        Answer(int size, CompletableFuture<ExportOutcome> expected, Consumer<GrpcResponse> onResponse) {
            this.size = size;
            this.expected = expected;
            this.onResponse = onResponse;
        }

        @Override
        public void onHeaders(Metadata received) {
            headers = true;
        }

        @Override
        public void onMessage(byte[] answer) {
            message = answer;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ExportOutcome said = OutcomeRules.of(GrpcAnswer.of(status, headers, trailers, message));
            if (said instanceof ExportOutcome.TooLarge) {
                limit.refused(size);
            }
            expected.complete(said);
            onResponse.accept(
                    new StatusAlone(GrpcStatusCode.fromValue(status.getCode().value())));
        }
    }

    /** Everything that the exporter needs. */
    private record StatusAlone(GrpcStatusCode getStatusCode) implements GrpcResponse {
        @Override
        public String getStatusDescription() {
            return "";
        }

        @Override
        public byte[] getResponseMessage() {
            return new byte[0];
        }
    }
}
