// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CgroupModeTest {
    @Test
    void tellsTheThreeModesApart() {
        assertThat(CgroupMode.of("0::/init.scope\n").text()).isEqualTo("v2");
        assertThat(CgroupMode.of("4:memory:/\n1:name=systemd:/\n").text()).isEqualTo("v1");
        assertThat(CgroupMode.of("4:memory:/\n0::/\n").text()).isEqualTo("hybrid");
    }
}
