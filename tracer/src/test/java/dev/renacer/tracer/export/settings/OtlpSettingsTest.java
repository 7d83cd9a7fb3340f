// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.export.settings.OtlpSettings.Compression;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_EXPORTER_OTLP_TIMEOUT | soon | TIMEOUT is 'soon', must be a number of milliseconds",
                "OTEL_EXPORTER_OTLP_TIMEOUT | 0 | must be a number of milliseconds more than 0",
                "OTEL_EXPORTER_OTLP_COMPRESSION | zstd | must be gzip or none",
                "OTEL_EXPORTER_OTLP_HEADERS | secret | OTEL_EXPORTER_OTLP_HEADERS must be a list key=value",
                "OTEL_EXPORTER_OTLP_HEADERS | a=%zz | malformed percent escape",
                "OTEL_EXPORTER_OTLP_CERTIFICATE | /no/such/file | OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/file' does not exist",
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization=Basic%20c2VjcmV0OnNlY3JldDpzZWNyZXQ6c2VjcmV0OnNl%0AY3JldA==",
                "authorization=Basic c2VjcmV0OnNlY3JldDpzZWNyZXQ6c2VjcmV0OnNl\nY3JldA==",
                "authorization=Basic c2VjcmV0OnNlY3Jl\r\nX-Injected: dDpzZWNyZXQ6c2VjcmV0OnNl",
            })
    void aHeaderWithALineBreakIsRefusedWithoutItsValue(String headers) {
        assertThatThrownBy(() -> OtlpSettings.fromEnvironment(Map.of("OTEL_EXPORTER_OTLP_HEADERS", headers)))
                .hasMessageContaining("'authorization'")
                .hasMessageContaining("line break")
                .satisfies(refused -> assertThat(String.valueOf(refused.getMessage()))
                        .doesNotContain("c2Vj")
                        .doesNotContain("Y3Jl")
                        .doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host=a", "Content-Length=4", "te=x", "grpc-timeout=1", "token-bin=AAAA", "expect=100"})
    void aHeaderOfTheTransportIsRefused(String headers) {
        assertThatThrownBy(() -> OtlpSettings.fromEnvironment(Map.of("OTEL_EXPORTER_OTLP_HEADERS", headers)))
                .hasMessageContaining("the transport's own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-key=p%C3%A4ss", "x-key=a%00b", "x-key=a%07b"})
    void aValueThatNoHeaderCarriesIsRefusedWithoutIt(String headers) {
        assertThatThrownBy(() -> OtlpSettings.fromEnvironment(Map.of("OTEL_EXPORTER_OTLP_HEADERS", headers)))
                .hasMessageContaining("'x-key'")
                .hasMessageContaining("printable ASCII")
                .satisfies(refused -> assertThat(String.valueOf(refused.getMessage()))
                        .doesNotContain("ss'")
                        .matches("\\p{ASCII}*"));
    }

    @Test
    void aNameThatIsNoneIsRefusedWithoutIt() {
        assertThatThrownBy(() -> OtlpSettings.fromEnvironment(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "s3cret v4lue=x")))
                .hasMessageContaining("a name that HTTP does not allow")
                .satisfies(refused ->
                        assertThat(String.valueOf(refused.getMessage())).doesNotContain("s3cret"));
    }
}
