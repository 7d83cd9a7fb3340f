// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTrace;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import org.junit.jupiter.api.Test;

class AgentClientTest {
    /** What an API server sends after a restart; not understood, it would be answered by the same question for ever. */
    @Test
    void understandsThatAWatchHasLostItsPlace() {
        WatchEvent event = AgentClient.ownKindsOnly().unmarshal("""
                {"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                 "message": "too old resource version: 2517 (2540)", "reason": "Expired", "code": 410}}
                """, WatchEvent.class);

        assertThat(event.getObject())
                .isInstanceOfSatisfying(
                        Status.class, status -> assertThat(status.getCode()).isEqualTo(410));
    }

    @Test
    void readsItsAssignments() {
        WatchEvent event = AgentClient.ownKindsOnly().unmarshal("""
                {"type": "ADDED", "object": {"kind": "NodeTrace", "apiVersion": "renacer.dev/v1alpha1",
                 "metadata": {"name": "a"}}}
                """, WatchEvent.class);

        assertThat(event.getObject()).isInstanceOf(NodeTrace.class);
    }
}
