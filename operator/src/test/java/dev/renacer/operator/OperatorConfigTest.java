// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorConfigTest {
    @Test
    void servesAllNamespacesAloneUnlessTold() throws OperatorConfig.InvalidException {
        OperatorConfig config = OperatorConfig.of(Map.of("RENACER_WATCH_NAMESPACE", " "));

        assertThat(config.watchNamespace()).isEmpty();
        assertThat(config.identity()).isEqualTo("renacer-operator");
        assertThat(config.httpPort()).isEqualTo(8080);
        assertThat(config.leaderElection()).isFalse();
        assertThat(config.logLevel()).isEqualTo(Level.INFO);
        assertThat(config.settings()).isEqualTo(Settings.NONE);
    }

    @Test
    void readsWhatIsSet() throws OperatorConfig.InvalidException {
        OperatorConfig config = OperatorConfig.of(Map.of(
                "RENACER_WATCH_NAMESPACE", "shop",
                "POD_NAME", "renacer-operator-0",
                "POD_NAMESPACE", "renacer-system",
                "RENACER_HTTP_PORT", "0",
                "RENACER_LEADER_ELECTION", "true",
                "RENACER_LOG_LEVEL", "debug"));

        assertThat(config.watchNamespace()).contains("shop");
        assertThat(config.identity()).isEqualTo("renacer-operator-0");
        assertThat(config.ownNamespace()).contains("renacer-system");
        assertThat(config.httpPort()).isZero();
        assertThat(config.leaderElection()).isTrue();
        assertThat(config.logLevel()).isEqualTo(Level.FINE);
    }

    @ParameterizedTest
    @CsvSource({
        "RENACER_WATCH_NAMESPACE, Shop, which cannot be a namespace",
        "POD_NAMESPACE, 'a b', which cannot be a namespace",
        "RENACER_HTTP_PORT, 65536, set it to a port",
        "RENACER_HTTP_PORT, http, set it to a port",
        "RENACER_LEADER_ELECTION, yes, set it to true or false",
        "RENACER_LOG_LEVEL, loud, 'set it to error, warn, info or debug'"
    })
    void saysWhichValueItCannotUseAndWhatToSet(String variable, String value, String remedy) {
        assertThatThrownBy(() -> OperatorConfig.of(Map.of(variable, value)))
                .hasMessageStartingWith(variable + " is '" + value + "'")
                .hasMessageContaining(remedy);
    }

    @Test
    void needsANamespaceForTheLease() {
        assertThatThrownBy(() -> OperatorConfig.of(Map.of("RENACER_LEADER_ELECTION", "true")))
                .hasMessageContaining("POD_NAMESPACE is not set");
    }
}
