// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.TraceTotals;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterWritesTest {
    @Test
    void theStatusPatchRemovesWhatTheStatusNoLongerHas() throws Exception {
        JsonNode patch = new ObjectMapper()
                .readTree(ClusterWrites.statusPatch(
                        new NodeTraceStatus(3L, "Tracing", "t", List.of(), TraceTotals.NONE, null, null)));
        JsonNode status = patch.get("status");
        assertThat(patch.properties()).hasSize(1);
        assertThat(status.get("observedGeneration").asLong()).isEqualTo(3);
        assertThat(status.get("exportFailure").isNull()).isTrue();
        assertThat(status.get("firstTraceIds").isNull()).isTrue();
        assertThat(status.get("targets").isArray()).isTrue();
    }
}
