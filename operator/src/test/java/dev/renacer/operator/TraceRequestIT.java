// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator against a real API server; the test plays the agents, whose whole part is a NodeTrace's status. */
@Tag(RealApiServer.TAG)
class TraceRequestIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final TraceTotals SOME = new TraceTotals(1, 2, 300, 300, 0);

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Scene scene;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static String sink;

    @BeforeAll
    static void startOperator() {
        // Pods are refused until the namespace has its service account.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> SERVER.client()
                                .serviceAccounts()
                                .inNamespace(SERVER.namespace())
                                .withName("default")
                                .get()
                        != null);
        scene = new Scene(SERVER.client(), SERVER.namespace());
        sink = SERVER.namespace();
        scene.sink(sink, "http://collector.example:4318");
    }

    @AfterAll
    static void stopOperator() {
        if (scene != null) {
            scene.close();
            SERVER.client().resources(TraceSink.class).withName(sink).delete();
        }
    }

    private static String spec(String fields) {
        return "{sinkRef: {name: " + sink + "}, " + fields + "}";
    }

    @Test
    void tracesAPodFromAcceptanceToStop() {
        Pod pod = scene.runningPod("shop", "node-a", Map.of("app.kubernetes.io/name", "checkout"), "app", "c0ffee");

        TraceRequest request = scene.request("whole", spec("podName: shop, syscalls: [openat, '!read']"));
        NodeTrace trace = scene.awaitNodeTrace("whole", "node-a");

        assertThat(trace.getSpec().targets())
                .containsExactly(new Target(
                        "shop",
                        pod.getMetadata().getUid(),
                        "10.1.2.3",
                        SERVER.namespace(),
                        "app",
                        "c0ffee",
                        "checkout",
                        null));
        assertThat(trace.getSpec().profile().syscalls()).containsExactly("openat", "!read");
        assertThat(trace.getSpec().profile().maxSpansPerSecond()).isEqualTo(2000);
        assertThat(trace.getSpec().sink().protocol()).isEqualTo("http/protobuf");
        assertThat(trace.getMetadata().getLabels())
                .containsEntry(Renacer.REQUEST_UID_LABEL, request.getMetadata().getUid());
        assertThat(trace.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid())
                        .isEqualTo(request.getMetadata().getUid()));

        scene.agentTraces(trace, SOME);
        scene.await("whole", ConditionType.Tracing, "True", Reason.Tracing);
        scene.await("whole", ConditionType.Exporting, "True", Reason.Exporting);

        scene.stop("whole");
        scene.agentFinishes(
                scene.awaitNodeTrace(
                        "whole",
                        "node-a",
                        now -> Boolean.TRUE.equals(now.getSpec().stop())),
                new TraceTotals(1, 2, 500, 500, 0));
        scene.await("whole", ConditionType.Succeeded, "True", Reason.Completed);
        scene.awaitNoNodeTraces("whole");

        TraceRequest over = scene.find("whole").orElseThrow();
        assertThat(over.getStatus().totals()).isEqualTo(new TraceTotals(1, 2, 500, 500, 0));
        assertThat(over.getStatus().nodes()).isEqualTo(1);
        assertThat(over.getStatus().firstTraceIds()).containsExactly("0af7651916cd43dd8448eb211c80319c");
        assertThat(over.getStatus().observedGeneration())
                .isEqualTo(over.getMetadata().getGeneration());
        assertThat(Duration.between(
                        Instant.parse(over.getStatus().startTime()),
                        Instant.parse(over.getStatus().deadline())))
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(over.getStatus().completionTime()).isNotNull();
        assertThat(scene.eventReasons("whole")).containsExactly("Accepted", "Tracing", "Completed");
    }

    @Test
    void aPodThatStartsInsideTheWindowIsTracedToo() {
        scene.request("early", spec("selector: {matchLabels: {app: late}}"));
        assertThat(scene.await("early", ConditionType.Tracing, "False", Reason.NoPodMatches)
                        .getMessage())
                .startsWith("There is no pod matching app=late in namespace \"" + SERVER.namespace()
                        + "\"; one that starts before ");

        scene.runningPod("late-1", "node-a", Map.of("app", "late"), "app", "aa01");
        scene.agentTraces(scene.awaitNodeTrace("early", "node-a"), SOME);
        scene.await("early", ConditionType.Tracing, "True", Reason.Tracing);
        scene.runningPod("late-2", "node-b", Map.of("app", "late"), "app", "aa02");
        scene.agentTraces(scene.awaitNodeTrace("early", "node-b"), SOME);

        scene.stop("early");
        for (String node : List.of("node-a", "node-b")) {
            scene.agentFinishes(
                    scene.awaitNodeTrace(
                            "early",
                            node,
                            now -> Boolean.TRUE.equals(now.getSpec().stop())),
                    SOME);
        }
        scene.await("early", ConditionType.Succeeded, "True", Reason.Completed);
        assertThat(scene.find("early").orElseThrow().getStatus().totals()).isEqualTo(SOME.plus(SOME));
    }

    @Test
    void followsAContainerThroughARestartAndAPodThroughItsEnd() {
        scene.runningPod("crashing", "node-a", Map.of("app", "crashing"), "app", "bb01");
        scene.request("restart", spec("selector: {matchLabels: {app: crashing}}"));
        scene.agentTraces(scene.awaitNodeTrace("restart", "node-a"), SOME);

        scene.running("crashing", "app", "bb02");
        scene.awaitNodeTrace(
                "restart",
                "node-a",
                trace -> trace.getSpec().targets().stream()
                        .map(Target::containerId)
                        .toList()
                        .equals(List.of("bb02")));

        scene.deletePod("crashing");
        scene.awaitNodeTrace(
                "restart", "node-a", trace -> trace.getSpec().targets().isEmpty());
        scene.delete("restart");
    }

    @Test
    void namesTheContainersThereAre() {
        scene.runningPod("one", "node-a", Map.of(), "app", "cc01");
        scene.request("absent", spec("podName: one, containers: [sidecar]"));

        assertThat(scene.await("absent", ConditionType.Tracing, "False", Reason.ContainerNotFound)
                        .getMessage())
                .isEqualTo("There is no container \"sidecar\" in pod \"one\"; there is: app");
        scene.delete("absent");
        scene.awaitGone("absent");
    }

    @Test
    void aRequestThatNamesNoPodEndsUnsuccessfullyAtItsDeadline() {
        scene.request("nobody", spec("podName: ghost, durationSeconds: 2"));

        assertThat(scene.await("nobody", ConditionType.Succeeded, "False", Reason.NothingTraced)
                        .getMessage())
                .startsWith("There is no pod \"ghost\" in namespace \"" + SERVER.namespace() + "\";");
        assertThat(scene.eventReasons("nobody")).containsExactly("Accepted", "NoPodMatches", "NothingTraced");
    }

    @Test
    void anUnknownSinkIsRefusedUntilItExists() {
        scene.runningPod("patient", "node-a", Map.of(), "app", "dd01");
        scene.request("sinkless", "{podName: patient, sinkRef: {name: " + sink + "-2}}");
        assertThat(scene.await("sinkless", ConditionType.Accepted, "False", Reason.SinkNotFound)
                        .getMessage())
                .startsWith("There is no TraceSink \"" + sink + "-2\"; there are: ")
                .contains(sink);

        scene.sink(sink + "-2", "http://collector.example:4317");
        assertThat(scene.awaitNodeTrace("sinkless", "node-a").getSpec().sink().protocol())
                .isEqualTo("grpc");
        scene.await("sinkless", ConditionType.Accepted, "True", Reason.Accepted);
        scene.delete("sinkless");
        SERVER.client().resources(TraceSink.class).withName(sink + "-2").delete();
    }

    @Test
    void anUnknownSyscallEndsTheRequestWithTheAgentsWords() {
        scene.runningPod("typo", "node-a", Map.of(), "app", "ee01");
        scene.request("typo", spec("podName: typo, syscalls: [opennat]"));

        scene.agentRefuses(
                scene.awaitNodeTrace("typo", "node-a"), Reason.UnknownSyscall, "there is no system call opennat");
        scene.agentFinishes(
                scene.awaitNodeTrace(
                        "typo",
                        "node-a",
                        now -> Boolean.TRUE.equals(now.getSpec().stop())),
                TraceTotals.NONE);

        assertThat(scene.await("typo", ConditionType.Accepted, "False", Reason.UnknownSyscall)
                        .getMessage())
                .isEqualTo("there is no system call opennat");
        scene.await("typo", ConditionType.Succeeded, "False", Reason.UnknownSyscall);
        scene.awaitNoNodeTraces("typo");
    }

    @Test
    void aPodsAnnotationsAndLabelsReachItsNodeTrace() {
        scene.runningPod(
                "annotated",
                "node-a",
                Map.of("app.kubernetes.io/instance", "by-label"),
                Map.of(
                        "resource.opentelemetry.io/service.name", "by-annotation",
                        "resource.opentelemetry.io/team", "payments",
                        "other.example/key", "not read"),
                "app",
                "aa01");
        scene.request("annotated", spec("podName: annotated"));

        Target target =
                scene.awaitNodeTrace("annotated", "node-a").getSpec().targets().getFirst();

        assertThat(target.serviceName()).isEqualTo("by-annotation");
        assertThat(target.attributes()).isEqualTo(Map.of("team", "payments"));
        scene.delete("annotated");
    }

    @Test
    void anExpressionThatWouldFillAnAgentsMemoryReachesNoAgent() {
        scene.runningPod("bombed", "node-a", Map.of(), "app", "bb01");
        String bomb = "(((((a{1,100}){1,100}){1,100}){1,100}){1,100}){1,100}";

        scene.request("bomb", spec("podName: bombed, process: '" + bomb + "'"));
        scene.request("list", spec("podName: bombed, syscalls: [read, '/" + bomb + "/']"));

        assertThat(scene.await("bomb", ConditionType.Accepted, "False", Reason.InvalidProcessPattern)
                        .getMessage())
                .isEqualTo("spec.process \"" + bomb + "\" repeats too much: written out, as RE2 does, it has more than"
                        + " 1000 steps; lower the numbers in braces, or leave inner ones out");
        scene.await("bomb", ConditionType.Succeeded, "False", Reason.InvalidProcessPattern);
        assertThat(scene.await("list", ConditionType.Accepted, "False", Reason.UnknownSyscall)
                        .getMessage())
                .startsWith("spec.syscalls: \"/" + bomb + "/\" repeats too much");
        assertThat(scene.nodeTraces("bomb")).isEmpty();
        assertThat(scene.nodeTraces("list")).isEmpty();
    }

    @Test
    void anAgentsRefusalIsCarriedToTheUser() {
        scene.runningPod("debugged", "node-a", Map.of(), "app", "ff01");
        scene.request("debugged", spec("podName: debugged"));

        scene.agentRefuses(
                scene.awaitNodeTrace("debugged", "node-a"), Reason.AlreadyTraced, "process 42 is traced by 41 (gdb)");

        assertThat(scene.await("debugged", ConditionType.Tracing, "False", Reason.AlreadyTraced)
                        .getMessage())
                .isEqualTo("debugged/app: process 42 is traced by 41 (gdb)");
        scene.await("debugged", ConditionType.Degraded, "True", Reason.TargetsFailed);
        scene.delete("debugged");
    }

    @Test
    void aNodeWithoutAnAgentIsNamed() {
        scene.runningPod("lonely", "node-without-agent", Map.of(), "app", "ab01");
        scene.request("lonely", spec("podName: lonely, durationSeconds: 12"));

        assertThat(scene.await("lonely", ConditionType.Degraded, "True", Reason.AgentMissing)
                        .getMessage())
                .isEqualTo("No agent has ever reported from node node-without-agent: see why the DaemonSet has no pod"
                        + " there, or what that pod's log says");
        scene.await("lonely", ConditionType.Succeeded, "False", Reason.NothingTraced);
        scene.awaitNoNodeTraces("lonely");
    }

    @Test
    void deletionLetsTheAgentsFinishAndLeavesNothing() {
        scene.runningPod("deleted", "node-a", Map.of(), "app", "ac01");
        scene.request("deleted", spec("podName: deleted"));
        scene.agentTraces(scene.awaitNodeTrace("deleted", "node-a"), SOME);

        scene.delete("deleted");
        NodeTrace stopping = scene.awaitNodeTrace(
                "deleted", "node-a", now -> Boolean.TRUE.equals(now.getSpec().stop()));
        assertThat(scene.find("deleted"))
                .as("held until the agent has detached")
                .isPresent();

        scene.agentFinishes(stopping, SOME);
        scene.awaitGone("deleted");
    }

    @Test
    void anOperatorRestartedInsideTheWindowGoesOn() {
        scene.runningPod("steady", "node-a", Map.of(), "app", "ad01");
        scene.request("steady", spec("podName: steady"));
        NodeTrace trace = scene.awaitNodeTrace("steady", "node-a");
        scene.agentTraces(trace, SOME);
        scene.await("steady", ConditionType.Tracing, "True", Reason.Tracing);
        String deadline = scene.find("steady").orElseThrow().getStatus().deadline();

        scene.restartOperator();
        scene.stop("steady");
        scene.agentFinishes(
                scene.awaitNodeTrace(
                        "steady",
                        "node-a",
                        now -> Boolean.TRUE.equals(now.getSpec().stop())),
                SOME);

        scene.await("steady", ConditionType.Succeeded, "True", Reason.Completed);
        TraceRequest over = scene.find("steady").orElseThrow();
        assertThat(over.getStatus().deadline())
                .isEqualTo(deadline)
                .isEqualTo(trace.getSpec().notAfter());
    }
}
