// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSetTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "0-3", "0-3,8", "63-64,1023"})
    void isWrittenAsTheKernelWritesIt(String text) {
        CpuSet set = CpuSet.parse(text);

        assertThat(set).hasToString(text);
        assertThat(CpuSet.ofWords(set.words())).isEqualTo(set);
    }

    @Test
    void isASetHoweverItIsWritten() {
        assertThat(CpuSet.parse("1,0,2-3,3\n")).isEqualTo(CpuSet.parse("0-3")).hasToString("0-3");
        assertThat(CpuSet.parse("0-3").size()).isEqualTo(4);
        assertThat(CpuSet.parse("0-3")).isNotEqualTo(CpuSet.parse("0-2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1024", "-1", "3-1", "0,,1", "0-"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> CpuSet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
