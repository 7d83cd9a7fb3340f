// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * How spans are sent.
 *
 * @param headers              sent with each request, names and values of printable ASCII; values may be secret and are
 *     never printed
 * @param timeout              for one request, more than 0
 * @param compression          empty: gzip unless the endpoint is on this machine
 * @param trustedCertificates  the certificates to trust, as PEM; empty: the Java runtime's
 * @param clientTls            key and certificate to show; empty: none
 * @param queueCapacity        spans kept per target while they cannot be sent, at least 1
 * @param maxBatch             maximum number of spans in one request, at least 1
 * @param maxDelay             how long a span may wait for others to share its request
 * @param giveUpAfter          how long one batch is retried while newer spans wait
 * @param waitingBytes         memory for the spans that wait or are under way, of all targets together, at least 1. A target takes at
 *     most as much as it leaves free, so that one alone has half of it
 * @param proxies              on the way to the collector
 */
public record OtlpSettings(
        Map<String, String> headers,
        Duration timeout,
        Optional<Compression> compression,
        Optional<byte[]> trustedCertificates,
        Optional<ClientTls> clientTls,
        int queueCapacity,
        int maxBatch,
        Duration maxDelay,
        Duration giveUpAfter,
        long waitingBytes,
        Proxies proxies) {

    /** The names of OTEL_EXPORTER_OTLP_COMPRESSION, in upper case. */
    public enum Compression {
        NONE,
        GZIP
    }

    /** A client's identity in mutual TLS; both are PEM. */
    public record ClientTls(byte[] privateKeyPem, byte[] certificatePem) {}

    public OtlpSettings {
        headers = Map.copyOf(headers);
        OtlpHeaders.check(headers);
        requireAtLeastOne("queueCapacity", queueCapacity);
        requireAtLeastOne("maxBatch", maxBatch);
        requireAtLeastOne("waitingBytes", waitingBytes);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("the OTLP timeout is " + timeout + ", must be more than 0");
        }
    }

    /**
     * No headers, a timeout of 10 s, 16,384 spans per target and 24 MiB of all, requests of up to 4,096 spans or every 200 ms, each
     * retried for 5 minutes.
     */
    public static OtlpSettings defaults() {
        return new OtlpSettings(
                Map.of(),
                Duration.ofSeconds(10),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                16_384,
                4_096,
                Duration.ofMillis(200),
                Duration.ofMinutes(5),
                24L * 1_024 * 1_024,
                Proxies.NONE);
    }

    /**
     * The defaults, changed by the OTEL_EXPORTER_OTLP_* variables of an environment; each OTEL_EXPORTER_OTLP_TRACES_*
     * variable takes precedence over the general one. Certificates and keys are read from their files.
     *
     * @throws IllegalArgumentException if a variable cannot be used; a message of one line that names it and says what
     * it must be
     */
    public static OtlpSettings fromEnvironment(Map<String, String> environment) {
        return new OtlpEnvironment(environment).settings();
    }

    /** These settings with other headers. */
    public OtlpSettings withHeaders(Map<String, String> other) {
        return new OtlpSettings(
                other,
                timeout,
                compression,
                trustedCertificates,
                clientTls,
                queueCapacity,
                maxBatch,
                maxDelay,
                giveUpAfter,
                waitingBytes,
                proxies);
    }

    /** These settings with certificates to trust, as PEM. */
    public OtlpSettings withTrustedCertificates(byte[] pem) {
        return new OtlpSettings(
                headers,
                timeout,
                compression,
                Optional.of(pem),
                clientTls,
                queueCapacity,
                maxBatch,
                maxDelay,
                giveUpAfter,
                waitingBytes,
                proxies);
    }

    /** These settings with a client's identity. */
    public OtlpSettings withClientTls(ClientTls tls) {
        return new OtlpSettings(
                headers,
                timeout,
                compression,
                trustedCertificates,
                Optional.of(tls),
                queueCapacity,
                maxBatch,
                maxDelay,
                giveUpAfter,
                waitingBytes,
                proxies);
    }

    /** These settings without headers and without a client's identity. */
    public OtlpSettings withoutCredentials() {
        return new OtlpSettings(
                Map.of(),
                timeout,
                compression,
                trustedCertificates,
                Optional.empty(),
                queueCapacity,
                maxBatch,
                maxDelay,
                giveUpAfter,
                waitingBytes,
                proxies);
    }

    /** These settings with a fixed compression. */
    public OtlpSettings withCompression(Compression fixed) {
        return new OtlpSettings(
                headers,
                timeout,
                Optional.of(fixed),
                trustedCertificates,
                clientTls,
                queueCapacity,
                maxBatch,
                maxDelay,
                giveUpAfter,
                waitingBytes,
                proxies);
    }

    /** These settings with another request timeout. */
    public OtlpSettings withTimeout(Duration other) {
        return new OtlpSettings(
                headers,
                other,
                compression,
                trustedCertificates,
                clientTls,
                queueCapacity,
                maxBatch,
                maxDelay,
                giveUpAfter,
                waitingBytes,
                proxies);
    }

    /** These settings with other proxies. */
    public OtlpSettings withProxies(Proxies other) {
        return new OtlpSettings(
                headers,
                timeout,
                compression,
                trustedCertificates,
                clientTls,
                queueCapacity,
                maxBatch,
                maxDelay,
                giveUpAfter,
                waitingBytes,
                other);
    }

    /** These settings with more or less memory for the spans that wait. */
    public OtlpSettings withWaitingBytes(long bytes) {
        return new OtlpSettings(
                headers,
                timeout,
                compression,
                trustedCertificates,
                clientTls,
                queueCapacity,
                maxBatch,
                maxDelay,
                giveUpAfter,
                bytes,
                proxies);
    }

    /** These settings with room for more or fewer spans per target. */
    public OtlpSettings withQueueCapacity(int capacity) {
        return withQueue(capacity, maxBatch, maxDelay);
    }

    /** These settings with other limits for queue and batch. */
    public OtlpSettings withQueue(int capacity, int batch, Duration delay) {
        return new OtlpSettings(
                headers,
                timeout,
                compression,
                trustedCertificates,
                clientTls,
                capacity,
                batch,
                delay,
                giveUpAfter,
                waitingBytes,
                proxies);
    }

    /** Whether certificates and key are the same as in the other settings. */
    public boolean hasTlsOf(OtlpSettings other) {
        return Arrays.equals(trustedCertificates.orElse(null), other.trustedCertificates.orElse(null))
                && Arrays.equals(
                        clientTls.map(ClientTls::privateKeyPem).orElse(null),
                        other.clientTls.map(ClientTls::privateKeyPem).orElse(null))
                && Arrays.equals(
                        clientTls.map(ClientTls::certificatePem).orElse(null),
                        other.clientTls.map(ClientTls::certificatePem).orElse(null));
    }

    /** Without the values that may be secret. */
    @Override
    public String toString() {
        return "OtlpSettings[headers=" + headers.keySet() + ", timeout=" + timeout + ", compression=" + compression
                + ", trustedCertificates=" + trustedCertificates.isPresent() + ", clientTls=" + clientTls.isPresent()
                + ", queueCapacity=" + queueCapacity + ", maxBatch=" + maxBatch + ", maxDelay=" + maxDelay
                + ", giveUpAfter=" + giveUpAfter + ", waitingBytes=" + waitingBytes + ", proxies=" + proxies + "]";
    }

    private static void requireAtLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least 1");
        }
    }
}
