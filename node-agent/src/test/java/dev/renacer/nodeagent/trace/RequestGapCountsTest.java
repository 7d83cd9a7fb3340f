// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureStats;
import dev.renacer.crds.ContextCounts;
import dev.renacer.tracer.http.RequestGap;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** A request's status says the same as the tracer of why calls stay under their process. */
class RequestGapCountsTest {
    private static final CaptureStats.Contexts NONE = new CaptureStats.Contexts(0, 0, 0);

    @Test
    void eachReasonHasAFigureAndItsWords() {
        List<RequestGap> all = Arrays.asList(RequestGap.values());
        ToLongFunction<RequestGap> counts = gap -> 1L + all.indexOf(gap);

        ContextCounts told = PtraceContainerTrace.contexts(0, NONE, counts);

        assertThat(told.words()).isEqualTo(RequestGap.words(counts));
        assertThat(PtraceContainerTrace.contexts(0, NONE, _ -> 0)).isEqualTo(ContextCounts.NONE);
    }
}
