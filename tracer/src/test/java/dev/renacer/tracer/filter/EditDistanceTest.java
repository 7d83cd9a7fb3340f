// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({
        "openat, openat, 0",
        "opnat, openat, 1",
        "oopenat, openat, 1",
        "opanat, openat, 1",
        "opneat, openat, 1",
        "lsit, list, 1",
        "'', read, 4",
        "close, connect, 5",
    })
    void countsInsertedRemovedReplacedAndSwappedLetters(String from, String to, int distance) {
        assertThat(EditDistance.between(from, to)).isEqualTo(distance);
        assertThat(EditDistance.between(to, from)).isEqualTo(distance);
    }
}
