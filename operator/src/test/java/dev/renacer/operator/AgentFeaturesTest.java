// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.ContainerLook.AlikeThreads;
import dev.renacer.crds.ContainerLook.Deadlock;
import dev.renacer.crds.ContainerLook.LookedProcess;
import dev.renacer.crds.ContainerLook.LookedThread;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceRequestStatus.Skipped;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.admin.TracePolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An agent that is older than its operator does not see some fields of a request, and would make other spans than those that are
 * asked for, or trace where a look was asked for; an agent that knows looks is told to look, and the request ends with what it found.
 */
@EnableKubernetesMockClient(crud = true)
class AgentFeaturesTest {
    private static final String LOOKS = "agentPod: agent-1, features: {agentPod: agent-1, names: [Looks]}";
    private static final String ABLE = "features: {agentPod: agent-1, names: [PathsAndPeers]}";

    @SuppressWarnings("NullAway.Init") // set by the extension, anew for each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Scene scene;

    @BeforeEach
    void startOperator() {
        scene = new Scene(client, "demo");
        scene.sink(Renacer.DEFAULT_SINK, "http://127.0.0.1:4317");
        scene.runningPod("old", "node-1", Map.of("app", "demo"), "main", "0123");
        scene.runningPod("bank", "node-1", Map.of("app", "bank"), "main", "89ab");
        scene.runningPod("new", "node-2", Map.of("app", "demo"), "main", "4567");
    }

    @AfterEach
    void stopOperator() {
        scene.close();
    }

    @Test
    void aNodeWhoseAgentDoesNotKnowPathsIsLeftOutAndTheReasonIsTold() {
        agent("node-1", "agentVersion: 0.9.0");
        agent("node-2", ABLE);
        scene.request("some", "{selector: {matchLabels: {app: demo}}, paths: [/etc/hosts]}");

        NodeTrace trace = scene.awaitNodeTrace("some", "node-2");
        scene.agentTraces(trace, new TraceTotals(1, 1, 10, 10, 0));

        assertThat(scene.await("some", ConditionType.Degraded, "True", Reason.AgentOutdated)
                        .getMessage())
                .isEqualTo(
                        "1 container left out, such as old/main: The node's agent has not said that it knows spec.paths and"
                                + " spec.peers; one that does not know them would make spans of all calls");
        assertThat(scene.nodeTraces("some"))
                .extracting(one -> one.getSpec().nodeName())
                .containsExactly("node-2");
    }

    @Test
    void anOlderAgentThatTookOverTheNodeDoesNotInheritWhatTheNewerOneCould() {
        agent("node-1", "agentPod: agent-0, features: {agentPod: agent-1, names: [PathsAndPeers]}");
        scene.request("back", "{podName: old, peers: [':53']}");

        assertThat(scene.await("back", ConditionType.Tracing, "False", Reason.AgentOutdated)
                        .getMessage())
                .startsWith("old/main: The node's agent has not said");
        assertThat(scene.nodeTraces("back")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sampling | sampling: [{keepErrors: true}] | spec.sampling; one that does not know it would make spans of all calls",
                "Unsampled | unsampled: Keep | spec.unsampled; one that does not know it would leave out the calls that are to be kept",
                "TraceParent | traceParent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 | spec.traceParent; one that does not know it would put the spans into traces of their own",
            })
    void anAgentThatDoesNotKnowAFieldIsNotGivenIt(String feature, String field, String why) {
        agent("node-1", ABLE);
        agent("node-2", "features: {agentPod: agent-1, names: [PathsAndPeers, " + feature + "]}");
        scene.request("one", "{selector: {matchLabels: {app: demo}}, " + field + "}");

        NodeTrace trace = scene.awaitNodeTrace("one", "node-2");
        scene.agentTraces(trace, new TraceTotals(1, 1, 10, 10, 0));

        assertThat(scene.await("one", ConditionType.Degraded, "True", Reason.AgentOutdated)
                        .getMessage())
                .isEqualTo(
                        "1 container left out, such as old/main: The node's agent has not said that it knows " + why);
        assertThat(scene.nodeTraces("one"))
                .extracting(one -> one.getSpec().nodeName())
                .containsExactly("node-2");
    }

    @Test
    void forWhatEachAgentDoesAnyWillDo() {
        agent("node-1", "agentVersion: 0.9.0");
        scene.request("all", "{podName: old, unsampled: Drop}");

        scene.awaitNodeTrace("all", "node-1");
    }

    @Test
    void whatTheAgentFoundStandsInTheRequestsStatusAndNothingElseIsLeft() {
        agent("node-1", LOOKS);
        scene.request("look", "{podName: bank, mode: Look}");

        NodeTrace trace = scene.awaitNodeTrace("look", "node-1");
        Profile profile = trace.getSpec().profile();
        assertThat(profile.isLook()).isTrue();
        assertThat(profile.arguments()).isEqualTo("Names");
        assertThat(profile.sourceLocations()).as("stacks").isTrue();
        scene.agentLooked(trace, found("bank", "waits for a mutex"));

        assertThat(scene.await("look", ConditionType.Succeeded, "True", Reason.Completed)
                        .getMessage())
                .isEqualTo("1 process of 1 container looked at; nothing was traced or stopped");
        scene.awaitNoNodeTraces("look");
        TraceRequestStatus status = scene.find("look").orElseThrow().getStatus();
        ContainerLook look = Objects.requireNonNull(status.looks()).getFirst();
        assertThat(look).isEqualTo(found("bank", "waits for a mutex").on("node-1"));
        assertThat(look.hasDeadlock()).isTrue();
    }

    @Test
    void anAgentThatWouldTraceInsteadGetsNoSuchAssignment() {
        agent("node-1", "agentPod: agent-1, features: {agentPod: agent-1, names: [PathsAndPeers]}");
        scene.request("look", "{podName: bank, mode: Look}");

        scene.await("look", ConditionType.Succeeded, "False", Reason.NothingTraced);
        assertThat(scene.nodeTraces("look")).isEmpty();
        List<Skipped> skipped = Objects.requireNonNull(
                scene.find("look").orElseThrow().getStatus().skipped());
        assertThat(skipped).extracting(Skipped::reason).containsExactly("AgentOutdated");
    }

    @Test
    void aLookAtNothingEndsAtOnce() {
        scene.request("nothing", "{podName: nobody, mode: Look}");

        scene.await("nothing", ConditionType.Succeeded, "False", Reason.NothingTraced);
        assertThat(scene.await("nothing", ConditionType.Tracing, "False", Reason.NoPodMatches)
                        .getMessage())
                .startsWith("There is no pod \"nobody\"");
    }

    @Test
    void aPolicyCanForbidLooksAndStacks() {
        agent("node-1", LOOKS);
        policy("[SourceLocations, AllSyscalls]");
        scene.request("bare", "{podName: bank, mode: Look}");
        assertThat(scene.awaitNodeTrace("bare", "node-1").getSpec().profile().sourceLocations())
                .isNull();

        policy("[Looks]");
        scene.request("refused", "{podName: bank, mode: Look}");
        assertThat(scene.await("refused", ConditionType.Accepted, "False", Reason.DeniedByPolicy)
                        .getMessage())
                .startsWith("TracePolicy \"strict\" does not allow looks");
    }

    private static ContainerLook found(String pod, String what) {
        AlikeThreads group = new AlikeThreads(
                1, List.of(new LookedThread(7, "teller")), "asleep for 1.0 s", 1000L, what, null, null);
        return new ContainerLook(
                null,
                pod,
                "main",
                "2026-01-01T00:00:00Z",
                List.of(new Deadlock(List.of("thread 7 (teller) waits for itself"))),
                List.of(new LookedProcess(1, 4711, "bank", null, 1, null, null, List.of(group))),
                null);
    }

    private void policy(String forbidden) {
        client.resource(Serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TracePolicy
            metadata: {name: strict}
            spec: {forbiddenOptions: %s}
            """.formatted(forbidden), TracePolicy.class))
                .createOr(existing -> existing.update());
    }

    private void agent(String node, String status) {
        client.resource(Serialization.unmarshal(
                        """
            apiVersion: renacer.dev/v1alpha1
            kind: TraceNode
            metadata: {name: %s}
            status: {agentPod: agent-1, %s}
            """.formatted(node, status).replace("agentPod: agent-1, agentPod", "agentPod"),
                        TraceNode.class))
                .create();
    }
}
