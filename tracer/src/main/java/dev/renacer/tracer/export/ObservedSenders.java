// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Gives the SDK's exporters their senders with a listener in between: the exporters only tell whether an export
 * succeeded, but the sender sees the collector's answer, and with it the cause of a failure and the count of spans
 * refused by a partial success. One export at a time.
 */
final class ObservedSenders implements ComponentLoader {
    private final ComponentLoader delegate = ComponentLoader.forClassLoader(ObservedSenders.class.getClassLoader());
    private volatile CompletableFuture<ExportOutcome> outcome = new CompletableFuture<>();

    /** To be called before each export: what it returns is completed with that export's outcome. */
    CompletableFuture<ExportOutcome> expect() {
        CompletableFuture<ExportOutcome> expected = new CompletableFuture<>();
        outcome = expected;
        return expected;
    }

    @Override
    public <T> Iterable<T> load(Class<T> service) {
        List<T> observed = new ArrayList<>();
        for (T provider : delegate.load(service)) {
            observed.add(
                    switch (provider) {
                        case HttpSenderProvider http ->
                            service.cast((HttpSenderProvider) config -> new ObservedHttp(http.createSender(config)));
                        case GrpcSenderProvider grpc ->
                            service.cast((GrpcSenderProvider) config -> new ObservedGrpc(grpc.createSender(config)));
                        default -> provider;
                    });
        }
        return observed;
    }

    private final class ObservedHttp implements HttpSender {
        private final HttpSender sender;

        ObservedHttp(HttpSender sender) {
            this.sender = sender;
        }

        @Override
        public void send(MessageWriter message, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
            CompletableFuture<ExportOutcome> expected = outcome;
            sender.send(
                    message,
                    response -> {
                        // Before the exporter hears of it: it knows less, and fails its result without the cause.
                        expected.complete(OutcomeRules.of(response));
                        onResponse.accept(response);
                    },
                    failure -> {
                        expected.complete(OutcomeRules.of(failure));
                        onError.accept(failure);
                    });
        }

        @Override
        public CompletableResultCode shutdown() {
            return sender.shutdown();
        }
    }

    private final class ObservedGrpc implements GrpcSender {
        private final GrpcSender sender;

        ObservedGrpc(GrpcSender sender) {
            this.sender = sender;
        }

        @Override
        public void send(MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
            CompletableFuture<ExportOutcome> expected = outcome;
            sender.send(
                    message,
                    response -> {
                        // Before the exporter hears of it: it knows less, and fails its result without the cause.
                        expected.complete(OutcomeRules.of(response));
                        onResponse.accept(response);
                    },
                    failure -> {
                        expected.complete(OutcomeRules.of(failure));
                        onError.accept(failure);
                    });
        }

        @Override
        public CompletableResultCode shutdown() {
            return sender.shutdown();
        }
    }
}
