// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpEndpointTest {
    private static Optional<OtlpEndpoint> find(Map<String, String> environment) {
        return OtlpEndpoint.find(Optional.empty(), environment);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:4317,GRPC,http://localhost:4317",
        "http://localhost:4318,HTTP_PROTOBUF,http://localhost:4318",
        "http://collector:9999,GRPC,http://collector:9999",
        "https://collector.example.com,GRPC,https://collector.example.com:443",
        "http://collector.example.com,GRPC,http://collector.example.com:80",
        "https://api.example.com/otlp/v1/traces,HTTP_PROTOBUF,https://api.example.com:443/otlp/v1/traces",
        "HTTP://[::1]:4318/,HTTP_PROTOBUF,http://[::1]:4318"
    })
    void thePortAndPathTellTheProtocol(String url, Protocol protocol, String uri) {
        OtlpEndpoint endpoint = OtlpEndpoint.parse(url, Optional.empty());

        assertThat(endpoint).isEqualTo(new OtlpEndpoint(URI.create(uri), protocol));
    }

    @Test
    void aGivenProtocolGoesBeforeThePort() {
        assertThat(OtlpEndpoint.parse("http://h:4317", Optional.of(Protocol.HTTP_PROTOBUF))
                        .protocol())
                .isEqualTo(Protocol.HTTP_PROTOBUF);
    }

    @Test
    void aPathThatGrpcWouldDropIsRefused() {
        assertThatThrownBy(() -> OtlpEndpoint.parse("http://h:4318/v1/traces", Optional.of(Protocol.GRPC)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OTLP endpoint 'http://h:4318/v1/traces' has a path, and gRPC has no use for one; leave the"
                        + " path out (gRPC is usually port 4317), or choose the protocol http/protobuf");
        assertThat(OtlpEndpoint.parse("http://h:4317/", Optional.of(Protocol.GRPC))
                        .uri())
                .isEqualTo(URI.create("http://h:4317"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost:4317 | has no scheme",
                "collector | has no scheme",
                "ftp://h:1 | scheme 'ftp'",
                "http:// | is not a URL",
                "http://my_host:4317 | has no valid host",
                "http://h:99999 | port that is not between",
                "http://h:0 | port that is not between",
                "http://bad host:4317 | is not a URL",
                "http://h:4317?x=1 | must have no user, query or fragment",
                "http://user:secret@h:4317 | OTEL_EXPORTER_OTLP_HEADERS"
            })
    void aBadUrlIsRefusedInOneLineWithTheReason(String url, String reason) {
        assertThatThrownBy(() -> OtlpEndpoint.parse(url, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n", "secret");
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:1,true", "http://localhost:1,true", "http://[::1]:1,true", "http://10.0.0.1:1,false"})
    void loopbackIsKnownByName(String url, boolean loopback) {
        assertThat(OtlpEndpoint.parse(url, Optional.empty()).isLoopback()).isEqualTo(loopback);
    }

    @Test
    void theFlagGoesBeforeTheEnvironment() {
        Map<String, String> environment = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://env:4317");

        assertThat(OtlpEndpoint.find(Optional.of("http://flag:4317"), environment)
                        .orElseThrow()
                        .uri()
                        .getHost())
                .isEqualTo("flag");
    }

    @Test
    void theTracesVariableGoesBeforeTheGeneralOne() {
        OtlpEndpoint endpoint = find(Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://general:4318",
                        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:4318/custom"))
                .orElseThrow();

        assertThat(endpoint.tracesUri()).isEqualTo(URI.create("http://traces:4318/custom"));
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_ENDPOINT,http://h:4318,http://h:4318/v1/traces",
        "OTEL_EXPORTER_OTLP_ENDPOINT,http://h:4318/base/,http://h:4318/base/v1/traces",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,http://h:4318/v9,http://h:4318/v9",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,http://h:4318,http://h:4318/"
    })
    void pathsAreBuiltAsTheSpecificationSays(String variable, String url, String traces) {
        assertThat(find(Map.of(variable, url)).orElseThrow().tracesUri()).isEqualTo(URI.create(traces));
    }

    @Test
    void theProtocolVariablesAreHonoured() {
        assertThat(find(Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4317",
                                "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc",
                                "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"))
                        .orElseThrow()
                        .protocol())
                .isEqualTo(Protocol.HTTP_PROTOBUF);
        assertThatThrownBy(() -> find(Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")))
                .hasMessageStartingWith("OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json', must be grpc or http/protobuf");
    }

    @Test
    void withoutAnEndpointOrSwitchedOffThereIsNone() {
        assertThat(find(Map.of())).isEmpty();
        assertThat(find(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "  "))).isEmpty();
        assertThat(find(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4317", "OTEL_SDK_DISABLED", "TRUE")))
                .isEmpty();
        assertThat(find(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4317", "OTEL_TRACES_EXPORTER", "none")))
                .isEmpty();
    }

    @Test
    void aBadVariableIsNamed() {
        assertThatThrownBy(() -> find(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "h:4317")))
                .hasMessageStartingWith("OTEL_EXPORTER_OTLP_ENDPOINT: OTLP endpoint 'h:4317' has no scheme");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:s3cret@h:4317",
                "http://user:s3cret@h:port",
                "http://user:s3cret@ h:4317",
                "ftp://user:s3cret@h:4317",
                "user:s3cret@h:4317",
                "http://user:s3cret@h:99999",
                "http://us er:s3cret@h",
            })
    void aPasswordInAUrlIsRefusedAndNotShown(String url) {
        assertThatThrownBy(() -> OtlpEndpoint.parse(url, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(refused -> {
                    for (Throwable each = refused; each != null; each = each.getCause()) {
                        assertThat(each.toString()).doesNotContain("s3cret");
                    }
                });
    }
}
