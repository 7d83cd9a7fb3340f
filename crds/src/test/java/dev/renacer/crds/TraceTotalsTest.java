// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTotalsTest {
    @ParameterizedTest
    @CsvSource({
        "90,    300,      at least 90 % (at most 300 %)",
        "90,    90,       90 %",
        "0,     10000,    at least 0 % (at most 10000 %)",
        "33,    164264,   at least 33 %",
        "50000, 164264,   more than 10000 %",
    })
    void anEstimateThatTellsNothingIsNotToldAsANumber(int least, int most, String words) {
        assertThat(new TraceTotals(1, 2, 30, 30, 0, 180, 42)
                        .withSlowdown(least, most)
                        .slowdown())
                .isEqualTo(words);
    }
}
