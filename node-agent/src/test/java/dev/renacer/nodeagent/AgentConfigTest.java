// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConfigTest {
    @Test
    void watchesAllNamespacesUnlessOneIsNamed() throws Exception {
        assertThat(AgentConfig.of(Map.of("NODE_NAME", "node-1")).watchNamespace())
                .isEmpty();
        AgentConfig one = AgentConfig.of(Map.of("NODE_NAME", " node-1.example ", "RENACER_WATCH_NAMESPACE", "shop"));
        assertThat(one.nodeName()).isEqualTo("node-1.example");
        assertThat(one.watchNamespace()).contains("shop");
    }

    @Test
    void saysHowToSetAMissingNodeName() {
        assertThatThrownBy(() -> AgentConfig.of(Map.of("NODE_NAME", " ")))
                .isInstanceOf(AgentConfig.InvalidException.class)
                .hasMessageStartingWith("NODE_NAME is not set")
                .hasMessageContaining("spec.nodeName");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Node", "a,b", "-a", "a.", "a b", "a\nb"})
    void refusesWhatNoNodeCanBeCalled(String name) {
        assertThatThrownBy(() -> AgentConfig.of(Map.of("NODE_NAME", name)))
                .isInstanceOf(AgentConfig.InvalidException.class)
                .hasMessageContaining("kubectl get nodes")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void threadsAreMovedOnlyWhereThatIsConfigured() throws Exception {
        assertThat(AgentConfig.of(Map.of("NODE_NAME", "n")).colocation()).isFalse();
        assertThat(AgentConfig.of(Map.of("NODE_NAME", "n", "RENACER_COLOCATION", "true"))
                        .colocation())
                .isTrue();
        assertThatThrownBy(() -> AgentConfig.of(Map.of("NODE_NAME", "n", "RENACER_COLOCATION", "yes")))
                .isInstanceOf(AgentConfig.InvalidException.class)
                .hasMessageContaining("give true or false");
    }

    @Test
    void refusesWhatNoNamespaceCanBeCalled() {
        assertThatThrownBy(() -> AgentConfig.of(Map.of("NODE_NAME", "n", "RENACER_WATCH_NAMESPACE", "*")))
                .isInstanceOf(AgentConfig.InvalidException.class)
                .hasMessageContaining("RENACER_WATCH_NAMESPACE");
    }
}
