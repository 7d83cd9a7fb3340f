// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.export.OtlpSettings.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpSettingsTest {
    @Test
    void anEmptyEnvironmentMeansTheDefaults() {
        OtlpSettings settings = OtlpSettings.fromEnvironment(Map.of());

        assertThat(settings).isEqualTo(OtlpSettings.defaults());
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.queueCapacity()).isEqualTo(16_384);
        assertThat(settings.compression()).isEmpty();
    }

    @Test
    void headersAreAListWithPercentEscapes() {
        OtlpSettings settings = OtlpSettings.fromEnvironment(
                Map.of("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20YTpi+=, x-tenant = blue ,,"));

        assertThat(settings.headers())
                .containsOnly(Map.entry("authorization", "Basic YTpi+="), Map.entry("x-tenant", "blue"));
    }

    @Test
    void theTracesVariablesGoBeforeTheGeneralOnes() {
        OtlpSettings settings = OtlpSettings.fromEnvironment(Map.of(
                "OTEL_EXPORTER_OTLP_HEADERS", "a=1",
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2",
                "OTEL_EXPORTER_OTLP_TIMEOUT", "1000",
                "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2500",
                "OTEL_EXPORTER_OTLP_COMPRESSION", "none",
                "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip"));

        assertThat(settings.headers()).isEqualTo(Map.of("b", "2"));
        assertThat(settings.timeout()).isEqualTo(Duration.ofMillis(2_500));
        assertThat(settings.compression()).contains(Compression.GZIP);
    }

    @Test
    void certificatesAndKeysAreReadFromTheirFiles(@TempDir Path folder) throws IOException {
        Path ca = Files.writeString(folder.resolve("ca.crt"), "ca");
        Path key = Files.writeString(folder.resolve("tls.key"), "key");
        Path certificate = Files.writeString(folder.resolve("tls.crt"), "certificate");
        OtlpSettings settings = OtlpSettings.fromEnvironment(Map.of(
                "OTEL_EXPORTER_OTLP_CERTIFICATE", ca.toString(),
                "OTEL_EXPORTER_OTLP_CLIENT_KEY", key.toString(),
                "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", certificate.toString()));

        assertThat(settings.trustedCertificates())
                .hasValueSatisfying(pem -> assertThat(pem).asString().isEqualTo("ca"));
        assertThat(settings.clientTls()).hasValueSatisfying(tls -> {
            assertThat(tls.privateKeyPem()).asString().isEqualTo("key");
            assertThat(tls.certificatePem()).asString().isEqualTo("certificate");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_EXPORTER_OTLP_TIMEOUT | soon | TIMEOUT is 'soon', must be a number of milliseconds",
                "OTEL_EXPORTER_OTLP_TIMEOUT | 0 | must be a number of milliseconds more than 0",
                "OTEL_EXPORTER_OTLP_COMPRESSION | zstd | must be gzip or none",
                "OTEL_EXPORTER_OTLP_HEADERS | secret | OTEL_EXPORTER_OTLP_HEADERS must be a list key=value",
                "OTEL_EXPORTER_OTLP_HEADERS | a=%zz | malformed percent escape",
                "OTEL_EXPORTER_OTLP_CERTIFICATE | /no/such/file | names a file that cannot be read: /no/such/file",
                "OTEL_EXPORTER_OTLP_CLIENT_KEY | /etc/hostname | needs both"
            })
    void aBadVariableIsRefusedByName(String variable, String value, String message) {
        assertThatThrownBy(() -> OtlpSettings.fromEnvironment(Map.of(variable, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("secret", "\n");
    }

    @Test
    void noSecretIsPrinted() {
        OtlpSettings settings = OtlpSettings.defaults().withHeaders(Map.of("authorization", "Bearer hush"));

        assertThat(settings.toString()).contains("authorization").doesNotContain("hush");
    }
}
