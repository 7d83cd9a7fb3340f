// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.operator.agents.NodeAgents.Presence;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class AgentPodWatchTest {
    @SuppressWarnings("NullAway.Init") // set by the extension
    private KubernetesClient client;

    private final List<String> changes = new ArrayList<>();

    @Test
    void tellsByThePodOfTheNode() {
        AgentPodWatch agents = agents();
        node("a", "True");
        node("b", "True");

        agents.onAdd(pod("agent-1", "a", "True"));
        agents.onAdd(pod("agent-2", "b", "False"));

        assertThat(agents.on("a")).isEqualTo(Presence.READY);
        assertThat(agents.on("b")).isEqualTo(Presence.NOT_READY);
    }

    @Test
    void aNodeWithoutAPodHasNoAgent() {
        node("a", "True");

        assertThat(agents().on("a")).isEqualTo(Presence.ABSENT);
    }

    @Test
    void aNodeThatIsGoneOrNotReadyIsLost() {
        AgentPodWatch agents = agents();
        node("silent", "Unknown");
        agents.onAdd(pod("agent-1", "silent", "False"));

        assertThat(agents.on("silent")).isEqualTo(Presence.NODE_LOST);
        assertThat(agents.on("gone")).isEqualTo(Presence.NODE_LOST);
    }

    @Test
    void aRolledPodLeavesNoGap() {
        AgentPodWatch agents = agents();
        agents.onAdd(pod("agent-1", "a", "True"));
        agents.onAdd(pod("agent-2", "a", "True"));
        agents.onDelete(pod("agent-1", "a", "True"), false);

        assertThat(agents.on("a")).isEqualTo(Presence.READY);
        assertThat(changes).containsExactly("a");
    }

    @Test
    void tellsOfChangesAlone() {
        AgentPodWatch agents = agents();
        agents.onAdd(pod("agent-1", "a", "False"));
        agents.onUpdate(pod("agent-1", "a", "False"), pod("agent-1", "a", "False"));
        agents.onUpdate(pod("agent-1", "a", "False"), pod("agent-1", "a", "True"));
        agents.onDelete(pod("agent-1", "a", "True"), false);

        assertThat(changes).containsExactly("a", "a", "a");
    }

    private AgentPodWatch agents() {
        return new AgentPodWatch(
                client,
                new AgentSelector("renacer-system", Map.of("app", "agent")),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                changes::add);
    }

    private void node(String name, String ready) {
        client.resource(Serialization.unmarshal("""
            apiVersion: v1
            kind: Node
            metadata: {name: %s}
            status: {conditions: [{type: Ready, status: '%s'}]}
            """.formatted(name, ready), Node.class))
                .create();
    }

    private static Pod pod(String name, String node, String ready) {
        return Serialization.unmarshal("""
            apiVersion: v1
            kind: Pod
            metadata: {name: %s}
            spec: {nodeName: %s}
            status: {conditions: [{type: Ready, status: '%s'}]}
            """.formatted(name, node, ready), Pod.class);
    }
}
