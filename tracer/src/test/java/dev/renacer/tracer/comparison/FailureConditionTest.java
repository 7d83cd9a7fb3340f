// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureConditionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", "errors", "latency", "latency:20", "latency:%", "new-errors:5%", "calls:-1%", "new-errors,"})
    void whatIsNoConditionIsNamedWithThoseThereAre(String text) {
        assertThatThrownBy(() -> FailureCondition.parse(text))
                .isInstanceOf(FailureCondition.InvalidException.class)
                .hasMessageContaining("is nothing to fail on; there are new-errors, new-calls");
    }

    @Test
    void severalHaveCommasBetween() throws Exception {
        assertThat(FailureCondition.parse("new-errors, latency:20%"))
                .extracting(FailureCondition::toString)
                .containsExactly("new-errors", "latency:20%");
    }
}
