// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeFactsTest {
    @Test
    void namesTheCapabilitiesThatAreMissing() {
        assertThat(NodeFacts.missingCapability("Name:\tx\nCapEff:\t0000000000080004\n"))
                .isEmpty();
        assertThat(NodeFacts.missingCapability("CapEff:\t0000000000080000\n"))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("CAP_DAC_READ_SEARCH").doesNotContain("CAP_SYS_PTRACE"));
        assertThat(NodeFacts.missingCapability("CapEff:\t0000000000000000\n"))
                .hasValueSatisfying(why -> assertThat(why).contains("CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE"));
        assertThat(NodeFacts.missingCapability("CapEff:\tffffffffffffffff\n")).isEmpty();
    }

    @Test
    void tellsWhyNoThreadIsMoved() {
        assertThat(NodeFacts.colocationObstacle("CapEff:\t0000000000880004\n", true))
                .isEmpty();
        assertThat(NodeFacts.colocationObstacle("CapEff:\t0000000000080004\n", true))
                .hasValueSatisfying(why -> assertThat(why).contains("CAP_SYS_NICE"));
        assertThat(NodeFacts.colocationObstacle("CapEff:\tffffffffffffffff\n", false))
                .hasValueSatisfying(why -> assertThat(why).contains("agent.colocation.enabled"));
    }
}
