// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTotalsTest {
    @Test
    void whatIsMissingOfTheApplicationsTracesIsAddedUpAndTold() {
        TraceTotals one = Serialization.unmarshal(
                "--- {targets: 1, contexts: {unsampledCalls: 1200, encryptedConnections: 1}}", TraceTotals.class);
        TraceTotals other = Serialization.unmarshal(
                "--- {targets: 1, contexts: {unsampledCalls: 34, unreadableCalls: 2, unresolvedPrograms: 1, unfollowedConnections: 3, firstRequests: 1}}",
                TraceTotals.class);

        assertThat(one.plus(other).contexts()).isEqualTo(new ContextCounts(1_234, 2, 1, 1, 3, 0, 0, 0, 0, 1, 0, 0));
        assertThat(one.plus(TraceTotals.NONE).asLeast().withSlowdown(1, 2).contexts())
                .isEqualTo(one.contexts());
        assertThat(TraceTotals.NONE.plus(TraceTotals.NONE).contexts()).isNull();
        assertThat(ContextCounts.of(one.plus(other).contexts()).words())
                .isEqualTo(
                        "1,234 calls left out, as the application does not record their traces, 2 calls whose published"
                                + " context could not be read, 1 program whose published contexts were not found, 1 served connection"
                                + " encrypted, 3 HTTP connections not followed to the end, 1 request before"
                                + " a thread of the process was seen to answer its own");
        assertThat(ContextCounts.of(one.contexts()).withoutRequests())
                .isEqualTo(
                        "for which request calls were made is not known where there were 1 served connection encrypted:"
                                + " such calls stay under their process");
        assertThat(new ContextCounts(7, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0).withoutRequests())
                .isEmpty();
        assertThat(ContextCounts.NONE.words()).isEmpty();
        assertThat(Serialization.asJson(one)).contains("\"contexts\":{\"unsampledCalls\":1200,");
    }

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
