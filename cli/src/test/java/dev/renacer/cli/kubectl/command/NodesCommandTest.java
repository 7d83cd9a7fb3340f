// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.kubectl.check.AgentReadiness;
import dev.renacer.crds.TraceNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class NodesCommandTest {
    @SuppressWarnings("NullAway.Init") // set by the extension
    private KubernetesClient client;

    @Test
    void whereNoAgentsPodCanBeSeenTheStateIsUnknown() {
        TraceNode node = Serialization.unmarshal("""
                apiVersion: renacer.dev/v1alpha1
                kind: TraceNode
                metadata: {name: one, creationTimestamp: "2026-01-01T00:00:00Z"}
                status: {agentVersion: "1.0", agentPod: renacer-agent-a, ptraceAllowed: true, activeTraces: 2}
                """, TraceNode.class);
        assertThat(NodesCommand.table(
                        List.of(node), AgentReadiness.read(client), false, Instant.parse("2026-01-01T00:05:00Z")))
                .containsExactly(
                        "NAME   STATE     AGENT   PTRACE   ACTIVE   AGE", //
                        "one    unknown   1.0     true     2        5m");
    }
}
