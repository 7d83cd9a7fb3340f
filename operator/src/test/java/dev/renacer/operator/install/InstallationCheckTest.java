// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TraceNode;
import dev.renacer.operator.agents.AgentSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class InstallationCheckTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @SuppressWarnings("NullAway.Init") // set by the extension
    private KubernetesClient client;

    @Test
    void anAgentThatIsReadyAndHasReportedPasses() {
        pod("agent-1", "True");
        report("agent-1");

        assertThat(agents()).containsExactly("ok    agent agent-1 is ready and has reported on node a");
    }

    @Test
    void anAgentThatIsNotReadyFails() {
        pod("agent-1", "False");
        report("agent-1");

        assertThat(agents()).containsExactly("FAIL  agent agent-1 on node a is not ready: look at its events and log");
    }

    @Test
    void aReportOfAnEarlierPodDoesNotCount() {
        pod("agent-2", "True");
        report("agent-1");

        assertThat(agents()).containsExactly("FAIL  agent agent-2 has not reported on node a: look at its log");
    }

    @Test
    void noAgentAtAllFails() {
        assertThat(agents())
                .singleElement()
                .asString()
                .startsWith("FAIL  there is no agent in namespace renacer-system");
    }

    private List<String> agents() {
        return new InstallationCheck(client, false, Optional.empty())
                .agents(new AgentSelector("renacer-system", Map.of("app", "agent"))).stream()
                        .map(InstallationCheck.Result::toString)
                        .toList();
    }

    private void pod(String name, String ready) {
        client.resource(YAML.unmarshal("""
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, namespace: renacer-system, labels: {app: agent}}
            spec: {nodeName: a}
            status: {conditions: [{type: Ready, status: "%s"}]}
            """.formatted(name, ready), Pod.class)).create();
    }

    private void report(String pod) {
        client.resource(YAML.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TraceNode
            metadata: {name: a}
            status: {agentPod: %s}
            """.formatted(pod), TraceNode.class)).create();
    }
}
