// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PerfMapTest {
    @Test
    void isNamedByThePidInTheInnermostNamespace() {
        assertThat(PerfMap.namespacePid("Name:\tnode\nNStgid:\t4711\t17\t1\nNSpid:\t4711\t17\t1\nNSpgid:\t9\t9\t9\n"))
                .contains("1");
        assertThat(PerfMap.namespacePid("Name:\tnode\nNSpid:\t4711\n")).contains("4711");
    }

    @Test
    void hasNoNameOnAKernelThatDoesNotTellOfNamespaces() {
        assertThat(PerfMap.namespacePid("Name:\tnode\nPid:\t4711\n")).isEmpty();
    }
}
