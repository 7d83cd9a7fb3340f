// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The OpenTelemetry SDK's exporters of metrics, over our own senders. No retry: metrics are cumulative, so the next
 * export makes up for one that failed. For one thread.
 */
public final class MetricConnection implements AutoCloseable {
    private final OtlpEndpoint endpoint;
    private final Supplier<OtlpSettings> latest;
    private OtlpSettings settings;
    private OtlpSenders senders;
    private MetricExporter exporter;

    /**
     * @param latest  called before each request; the connection is replaced when certificates or keys have changed
     * @throws IllegalArgumentException if a certificate or key is not PEM; a message of one line
     */
    public MetricConnection(OtlpEndpoint endpoint, Supplier<OtlpSettings> latest) {
        QuietSdkLogs.ensure();
        this.endpoint = endpoint;
        this.latest = latest;
        this.settings = latest.get();
        this.senders = senders();
        this.exporter = exporter();
    }

    /** Metrics of a program's calls are never too large for a request, and cannot be divided. */
    private OtlpSenders senders() {
        RequestLimit limit = new RequestLimit();
        limit.indivisible(true);
        return new OtlpSenders(endpoint, settings, limit);
    }

    private MetricExporter exporter() {
        String compression = settings.compression()
                .orElse(endpoint.isLoopback() ? OtlpSettings.Compression.NONE : OtlpSettings.Compression.GZIP)
                .name()
                .toLowerCase(Locale.ROOT);
        try {
            return endpoint.protocol() == OtlpEndpoint.Protocol.GRPC ? grpc(compression) : http(compression);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot set up OTLP for " + endpoint.uri() + ": " + OutcomeRules.cause(e), e);
        }
    }

    private void follow(OtlpSettings now) {
        boolean same = now.hasTlsOf(settings);
        settings = now;
        if (!same) {
            close();
            senders = senders();
            exporter = exporter();
        }
    }

    /**
     * Sends metrics and waits for the answer.
     *
     * @return why they did not arrive; empty if they did
     */
    public Optional<String> send(Collection<MetricData> metrics, Duration deadline) throws InterruptedException {
        follow(latest.get());
        CompletableFuture<ExportOutcome> outcome = senders.expect();
        CompletableResultCode result = exporter.export(metrics);
        result.whenComplete(() -> {
            if (!result.isSuccess()) {
                outcome.complete(new ExportOutcome.Refused("the exporter refused the metrics"));
            }
        });
        try {
            ExportOutcome ended = outcome.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            return failure(new Secrets(settings.headers()).hiddenIn(ended));
        } catch (TimeoutException _) {
            return Optional.of("no answer within " + deadline.toMillis() + " ms");
        } catch (ExecutionException e) {
            return Optional.of(OutcomeRules.cause(e));
        }
    }

    private static Optional<String> failure(ExportOutcome outcome) {
        return switch (outcome) {
            case ExportOutcome.Accepted accepted ->
                accepted.rejected() == 0
                        ? Optional.empty()
                        : Optional.of("the collector rejected " + accepted.rejected() + " points");
            case ExportOutcome.TooLarge tooLarge -> Optional.of(tooLarge.cause());
            case ExportOutcome.Deferred deferred -> Optional.of(deferred.cause());
            case ExportOutcome.Refused refused -> Optional.of(refused.cause());
            case ExportOutcome.Unanswered unanswered -> Optional.of(unanswered.cause());
        };
    }

    private MetricExporter grpc(String compression) {
        OtlpGrpcMetricExporterBuilder builder = OtlpGrpcMetricExporter.builder()
                .setComponentLoader(senders)
                .setRetryPolicy(null)
                .setEndpoint(endpoint.uri().toString())
                .setTimeout(settings.timeout())
                .setConnectTimeout(settings.timeout())
                .setCompression(compression)
                .setHeaders(() -> settings.headers());
        settings.trustedCertificates().ifPresent(builder::setTrustedCertificates);
        settings.clientTls().ifPresent(tls -> builder.setClientTls(tls.privateKeyPem(), tls.certificatePem()));
        return builder.build();
    }

    private MetricExporter http(String compression) {
        OtlpHttpMetricExporterBuilder builder = OtlpHttpMetricExporter.builder()
                .setComponentLoader(senders)
                .setRetryPolicy(null)
                .setEndpoint(endpoint.metricsUri().toString())
                .setTimeout(settings.timeout())
                .setConnectTimeout(settings.timeout())
                .setCompression(compression)
                .setHeaders(() -> settings.headers());
        settings.trustedCertificates().ifPresent(builder::setTrustedCertificates);
        settings.clientTls().ifPresent(tls -> builder.setClientTls(tls.privateKeyPem(), tls.certificatePem()));
        return builder.build();
    }

    /** Does not wait for a request under way. */
    @Override
    public void close() {
        MetricExporter old = exporter;
        Thread.ofVirtual().name("renacer-otlp-shutdown").start(old::shutdown);
    }
}
