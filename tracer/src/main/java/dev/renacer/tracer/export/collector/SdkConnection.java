// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.encoding.SpanRequest;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The senders of the OpenTelemetry SDK's exporters as a connection: the exporters put them together, and are asked for nothing more,
 * since the spans are encoded already. {@code ExportLoop} retries, since it knows when to stop. Spans are written possibly after
 * {@link #send} returned.
 */
public final class SdkConnection implements CollectorConnection {
    private final OtlpEndpoint endpoint;
    private final Supplier<OtlpSettings> latest;
    private final RequestLimit limit = new RequestLimit();
    private volatile OtlpSettings settings;
    private OtlpSenders senders;
    private SpanExporter exporter;

    /**
     * @param latest  called before each request; the connection is replaced when certificates or keys have changed
     * @throws IllegalArgumentException if a certificate or key is not PEM; a message of one line
     */
    public SdkConnection(OtlpEndpoint endpoint, Supplier<OtlpSettings> latest) {
        QuietSdkLogs.ensure();
        this.endpoint = endpoint;
        this.latest = latest;
        this.settings = latest.get();
        this.senders = new OtlpSenders(endpoint, settings, limit);
        this.exporter = build(settings);
    }

    @Override
    public CompletableFuture<ExportOutcome> send(SpanRequest request) {
        try {
            follow(latest.get());
        } catch (IllegalArgumentException e) {
            // The files may be only half written: the spans wait for the next attempt.
            return CompletableFuture.completedFuture(new ExportOutcome.Unanswered(OutcomeRules.cause(e)));
        }
        limit.indivisible(request.spans() == 1);
        CompletableFuture<ExportOutcome> outcome = senders.expect();
        senders.send(request);
        Secrets secrets = new Secrets(settings.headers());
        return outcome.thenApply(secrets::hiddenIn);
    }

    private void follow(OtlpSettings now) {
        if (now.hasTlsOf(settings)) {
            settings = now;
            return;
        }
        renew(now);
        settings = now;
    }

    /** {@inheritDoc} A channel that failed to connect would wait for up to two minutes before its next attempt. */
    @Override
    public void reset() {
        renew(settings);
    }

    /** Also ends a request that never finishes. */
    private void renew(OtlpSettings from) {
        OtlpSenders before = senders;
        SpanExporter old = exporter;
        senders = new OtlpSenders(endpoint, from, limit);
        try {
            exporter = build(from);
        } catch (IllegalArgumentException e) {
            senders = before;
            throw e;
        }
        shutDown(old);
    }

    @Override
    public void close() {
        shutDown(exporter);
    }

    /** Shutting down waits for a request under way; that takes long if the collector is silent. */
    private static void shutDown(SpanExporter exporter) {
        Thread.ofVirtual().name("renacer-otlp-shutdown").start(exporter::shutdown);
    }

    private SpanExporter build(OtlpSettings from) {
        try {
            return endpoint.protocol() == OtlpEndpoint.Protocol.GRPC ? buildGrpc(from) : buildHttp(from);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot set up OTLP for " + endpoint.uri() + ": " + OutcomeRules.cause(e), e);
        }
    }

    private SpanExporter buildGrpc(OtlpSettings from) {
        OtlpGrpcSpanExporterBuilder builder = OtlpGrpcSpanExporter.builder()
                .setComponentLoader(senders)
                .setRetryPolicy(null)
                .setEndpoint(endpoint.uri().toString())
                .setTimeout(from.timeout())
                .setConnectTimeout(from.timeout())
                .setCompression(compression(from))
                .setHeaders(() -> settings.headers());
        from.trustedCertificates().ifPresent(builder::setTrustedCertificates);
        from.clientTls().ifPresent(tls -> builder.setClientTls(tls.privateKeyPem(), tls.certificatePem()));
        return builder.build();
    }

    private SpanExporter buildHttp(OtlpSettings from) {
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setComponentLoader(senders)
                .setRetryPolicy(null)
                .setEndpoint(endpoint.tracesUri().toString())
                .setTimeout(from.timeout())
                .setConnectTimeout(from.timeout())
                .setCompression(compression(from))
                .setHeaders(() -> settings.headers());
        from.trustedCertificates().ifPresent(builder::setTrustedCertificates);
        from.clientTls().ifPresent(tls -> builder.setClientTls(tls.privateKeyPem(), tls.certificatePem()));
        return builder.build();
    }

    private String compression(OtlpSettings from) {
        return from.compression()
                .orElse(endpoint.isLoopback() ? OtlpSettings.Compression.NONE : OtlpSettings.Compression.GZIP)
                .name()
                .toLowerCase(Locale.ROOT);
    }
}
