// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web | true",
                "app==web,tier in (a, b) | true",
                "app=web,tier in (b,c) | false",
                "tier notin (b,c),app | true",
                "app!=web | false",
                "env!=test | true",
                "!env,app=web | true",
                "!app | false",
                "example.com/part-of=shop | true",
                "app= | false",
            })
    void readsTheTextFormOfASelector(String text, boolean matches) {
        assertThat(Labels.match(Labels.parse(text), Map.of("app", "web", "tier", "a", "example.com/part-of", "shop")))
                .isEqualTo(matches);
    }

    @Test
    void whatIsNoSelectorIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.parse("app=web,,tier"))
                .withMessage("\"\" is not a label requirement");
    }
}
