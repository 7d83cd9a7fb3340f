// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AgentVersionTest {
    @Test
    void theVersionIsTheBuilds() {
        assertThat(AgentVersion.current()).matches("\\d+\\.\\d+\\.\\d+.*");
    }
}
