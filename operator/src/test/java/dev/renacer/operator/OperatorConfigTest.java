// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorConfigTest {
    @Test
    void servesAllNamespacesWithoutADefaultSinkUnlessTold() throws OperatorConfig.InvalidException {
        OperatorConfig config = OperatorConfig.of(Map.of("RENACER_WATCH_NAMESPACE", " "));

        assertThat(config.watchNamespace()).isEmpty();
        assertThat(config.defaultSinkEndpoint()).isEmpty();
        assertThat(config.identity()).isEqualTo("renacer-operator");
    }

    @Test
    void readsWhatIsSet() throws OperatorConfig.InvalidException {
        OperatorConfig config = OperatorConfig.of(Map.of(
                "RENACER_WATCH_NAMESPACE", "shop",
                "RENACER_DEFAULT_SINK_ENDPOINT", "http://collector:4317",
                "POD_NAME", "renacer-operator-0"));

        assertThat(config.watchNamespace()).contains("shop");
        assertThat(config.defaultSinkEndpoint()).contains(URI.create("http://collector:4317"));
        assertThat(config.identity()).isEqualTo("renacer-operator-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector:4317", "ftp://collector", "http://", "http://a b"})
    void refusesAnEndpointThatIsNone(String endpoint) {
        assertThatThrownBy(() -> OperatorConfig.of(Map.of("RENACER_DEFAULT_SINK_ENDPOINT", endpoint)))
                .hasMessage("RENACER_DEFAULT_SINK_ENDPOINT is '" + endpoint
                        + "', which is no URL of an OTLP receiver: give one such as"
                        + " http://otel-collector.observability:4317");
    }

    @Test
    void refusesANamespaceThatIsNone() {
        assertThatThrownBy(() -> OperatorConfig.of(Map.of("RENACER_WATCH_NAMESPACE", "Shop\n")))
                .hasMessageStartingWith("RENACER_WATCH_NAMESPACE is 'Shop', which no namespace can be called");
    }
}
