// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.export.settings.Proxies;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Gives the SDK's exporters senders of our own. The SDK's senders show neither a response's headers nor a call's
 * trailers, so they cannot say how long the collector asks to wait, or that a 200 is a login page; and the SDK's gRPC
 * sender ignores certificates. One export at a time.
 */
final class OtlpSenders implements ComponentLoader {
    private final ComponentLoader delegate = ComponentLoader.forClassLoader(OtlpSenders.class.getClassLoader());
    private final OtlpSettings settings;
    private final Optional<Proxies.Proxy> proxy;
    private final RequestLimit limit;
    private Consumer<MessageWriter> sender = _ -> {
        throw new IllegalStateException("no exporter has asked for a sender");
    };

    private volatile CompletableFuture<ExportOutcome> outcome = new CompletableFuture<>();

    /**
     * @param settings  for certificates, keys and proxies
     * @param limit     what is larger is not sent but said to be too large
     */
    OtlpSenders(OtlpEndpoint endpoint, OtlpSettings settings, RequestLimit limit) {
        this.settings = settings;
        this.proxy = settings.proxies().on(endpoint);
        this.limit = limit;
    }

    /** To be called before each export: the future it returns is completed with that export's outcome. */
    CompletableFuture<ExportOutcome> expect() {
        CompletableFuture<ExportOutcome> expected = new CompletableFuture<>();
        outcome = expected;
        return expected;
    }

    /** The outcome of the current export. */
    CompletableFuture<ExportOutcome> expected() {
        return outcome;
    }

    /** Sends a message by the sender that was made last; its outcome is {@link #expected}. */
    void send(MessageWriter message) {
        sender.accept(message);
    }

    private OtlpHttpSender http(HttpSenderConfig config) {
        OtlpHttpSender made = new OtlpHttpSender(config, proxy, limit, this::expected);
        sender = message -> made.send(message, _ -> {}, _ -> {});
        return made;
    }

    private OtlpGrpcSender grpc(GrpcSenderConfig config) {
        OtlpGrpcSender made = new OtlpGrpcSender(config, settings, proxy, limit, this::expected);
        sender = message -> made.send(message, _ -> {}, _ -> {});
        return made;
    }

    @Override
    public <T> Iterable<T> load(Class<T> service) {
        if (service == HttpSenderProvider.class) {
            return List.of(service.cast((HttpSenderProvider) this::http));
        }
        if (service == GrpcSenderProvider.class) {
            return List.of(service.cast((GrpcSenderProvider) this::grpc));
        }
        return delegate.load(service);
    }
}
