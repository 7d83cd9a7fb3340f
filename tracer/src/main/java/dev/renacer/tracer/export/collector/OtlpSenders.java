// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.settings.OtlpSettings;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Gives the SDK's exporters senders of our own. Those of the SDK show neither a response's headers nor a call's trailers, so
 * how long the collector asks to wait, and that a 200 is a login page, could not be known; and its sender for gRPC leaves
 * certificates out. One export at a time.
 */
final class OtlpSenders implements ComponentLoader {
    private final ComponentLoader delegate = ComponentLoader.forClassLoader(OtlpSenders.class.getClassLoader());
    private final OtlpSettings settings;
    private volatile CompletableFuture<ExportOutcome> outcome = new CompletableFuture<>();

    /**
     * @param settings  for certificates and keys
     */
    OtlpSenders(OtlpSettings settings) {
        this.settings = settings;
    }

    /** To be called before each export: what it returns is completed with that export's outcome. */
    CompletableFuture<ExportOutcome> expect() {
        CompletableFuture<ExportOutcome> expected = new CompletableFuture<>();
        outcome = expected;
        return expected;
    }

    /** The outcome of the export that is sent now. */
    CompletableFuture<ExportOutcome> expected() {
        return outcome;
    }

    @Override
    public <T> Iterable<T> load(Class<T> service) {
        if (service == HttpSenderProvider.class) {
            return List.of(service.cast((HttpSenderProvider) config -> new OtlpHttpSender(config, this::expected)));
        }
        if (service == GrpcSenderProvider.class) {
            return List.of(
                    service.cast((GrpcSenderProvider) config -> new OtlpGrpcSender(config, settings, this::expected)));
        }
        return delegate.load(service);
    }
}
