// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureStats;
import dev.renacer.tracer.http.RequestGap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpanExportTest {
    private static final Map<RequestGap, Long> MISSING =
            Map.of(RequestGap.ENCRYPTED, 1L, RequestGap.DUPLICATED, 2L, RequestGap.HANDED_OVER, 1_200L);

    @Test
    void whyCallsStayUnderTheirProcessIsOneSentence() {
        assertThat(SpanExport.withoutRequests(gap -> MISSING.getOrDefault(gap, 0L), CaptureStats.Contexts.NONE))
                .contains("renacer: for which request calls were made is not known where there were 1 served connection"
                        + " encrypted, 2 HTTP connections with a second descriptor, 1,200 requests of a process whose"
                        + " threads hand them over: such calls stay under their process");
        assertThat(SpanExport.withoutRequests(_ -> 0, CaptureStats.Contexts.NONE))
                .isEmpty();
    }

    @Test
    void whereTheProgramPublishesContextsOnlyTheConnectionsThatAreLostCount() {
        assertThat(SpanExport.withoutRequests(gap -> MISSING.getOrDefault(gap, 0L), new CaptureStats.Contexts(5, 0, 0)))
                .contains("renacer: for which request calls were made is not known where there were 2 HTTP connections"
                        + " with a second descriptor: such calls stay under their process");
    }
}
