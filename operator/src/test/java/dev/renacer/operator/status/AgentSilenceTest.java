// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import static dev.renacer.operator.status.ReportedTraces.SOME;
import static dev.renacer.operator.status.ReportedTraces.START;
import static dev.renacer.operator.status.ReportedTraces.finished;
import static dev.renacer.operator.status.ReportedTraces.trace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentSilenceTest {
    @Test
    void silenceIsTenSecondsForTheFirstReportAndTwoAndAHalfMinutesLater() {
        NodeTrace fresh = trace("node-1", null, null, TraceTotals.NONE, null, List.of());
        NodeTrace reported = trace("node-1", TargetState.Tracing, null, SOME, null, List.of());

        assertThat(AgentSilence.isSilent(fresh, START.plusSeconds(9))).isFalse();
        assertThat(AgentSilence.isSilent(fresh, START.plusSeconds(10))).isTrue();
        assertThat(AgentSilence.nextCheck(List.of(fresh, reported), START)).contains(START.plusSeconds(10));
        assertThat(AgentSilence.isSilent(reported, START.plusSeconds(149))).isFalse();
        assertThat(AgentSilence.isSilent(reported, START.plusSeconds(150))).isTrue();
        assertThat(AgentSilence.isSilent(finished(reported), START.plusSeconds(9999)))
                .isFalse();
    }
}
