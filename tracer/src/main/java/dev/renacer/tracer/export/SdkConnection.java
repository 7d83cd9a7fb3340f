// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * The OpenTelemetry SDK's exporters as a connection. Their own retry is off: {@link ExportLoop} retries, since it knows
 * when to stop. Spans are written in the SDK's REUSABLE_DATA mode, possibly after {@link #send} returned.
 */
final class SdkConnection implements CollectorConnection {
    private final OtlpEndpoint endpoint;
    private final OtlpSettings settings;
    private final ObservedSenders senders = new ObservedSenders();
    private SpanExporter exporter;

    /**
     * @throws IllegalArgumentException if a certificate or key is no PEM, in one line
     */
    SdkConnection(OtlpEndpoint endpoint, OtlpSettings settings) {
        QuietSdkLogs.ensure();
        this.endpoint = endpoint;
        this.settings = settings;
        this.exporter = build();
    }

    @Override
    public CompletableFuture<ExportOutcome> send(List<SpanData> spans) {
        CompletableFuture<ExportOutcome> outcome = senders.expect();
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> {
            if (!result.isSuccess()) {
                // Only if no sender was reached at all: else it has told the outcome already.
                Throwable failure = result.getFailureThrowable();
                outcome.complete(new ExportOutcome.Refused(
                        failure == null ? "the exporter refused the spans" : OutcomeRules.cause(failure)));
            }
        });
        return outcome;
    }

    @Override
    public void reset() {
        if (endpoint.protocol() == OtlpEndpoint.Protocol.GRPC) {
            // A channel that failed to connect waits up to two minutes before it tries again; a new one tries at once.
            SpanExporter old = exporter;
            exporter = build();
            shutDown(old);
        }
    }

    @Override
    public void close() {
        shutDown(exporter);
    }

    /** Shutting down waits for a request under way, which a silent collector can make long. */
    private static void shutDown(SpanExporter exporter) {
        Thread.ofVirtual().name("renacer-otlp-shutdown").start(exporter::shutdown);
    }

    private SpanExporter build() {
        try {
            return endpoint.protocol() == OtlpEndpoint.Protocol.GRPC ? buildGrpc() : buildHttp();
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot set up OTLP for " + endpoint.uri() + ": " + OutcomeRules.cause(e), e);
        }
    }

    private SpanExporter buildGrpc() {
        OtlpGrpcSpanExporterBuilder builder = OtlpGrpcSpanExporter.builder()
                .setComponentLoader(senders)
                .setRetryPolicy(null)
                .setEndpoint(endpoint.uri().toString())
                .setTimeout(settings.timeout())
                .setConnectTimeout(settings.timeout())
                .setCompression(compression())
                .setHeaders(settings::headers);
        settings.trustedCertificates().ifPresent(builder::setTrustedCertificates);
        settings.clientTls().ifPresent(tls -> builder.setClientTls(tls.privateKeyPem(), tls.certificatePem()));
        return builder.build();
    }

    private SpanExporter buildHttp() {
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setComponentLoader(senders)
                .setRetryPolicy(null)
                .setEndpoint(endpoint.tracesUri().toString())
                .setTimeout(settings.timeout())
                .setConnectTimeout(settings.timeout())
                .setCompression(compression())
                .setHeaders(settings::headers);
        settings.trustedCertificates().ifPresent(builder::setTrustedCertificates);
        settings.clientTls().ifPresent(tls -> builder.setClientTls(tls.privateKeyPem(), tls.certificatePem()));
        return builder.build();
    }

    private String compression() {
        return settings.compression()
                .orElse(endpoint.isLoopback() ? OtlpSettings.Compression.NONE : OtlpSettings.Compression.GZIP)
                .name()
                .toLowerCase(Locale.ROOT);
    }
}
