// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CpuSet;
import dev.renacer.capture.Placement;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.AwaitedContainer;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.NodeTraceStatus.TracedThread;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.nodeagent.process.CgroupMode;
import dev.renacer.nodeagent.process.NodeFacts;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.runtime.AgentMetrics;
import dev.renacer.nodeagent.sink.SinkCredentials;
import dev.renacer.nodeagent.trace.ContainerTrace;
import dev.renacer.nodeagent.trace.DrivenTraces;
import dev.renacer.tracer.export.OtlpSettings;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent's logic against a server that knows no field selectors, with a /proc of files and traces that the test
 * drives.
 */
@EnableKubernetesMockClient(crud = true)
@SuppressWarnings("NullAway.Init") // the extensions set the fields
class NodeAgentTest {
    private static final String POD = "0b5f4b3c-8a1d-4c9e-9d5f-2f6f0e7a1b2c";
    private static final String CONTAINER = "a".repeat(64);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private KubernetesClient client;

    @TempDir
    private Path procfs;

    private final DrivenTraces traces = new DrivenTraces();
    private KubernetesClient unselective;
    private NodeAgent agent;

    @BeforeEach
    void start() {
        unselective = new KubernetesClientBuilder()
                .withConfig(client.getConfiguration())
                .withHttpClientBuilderConsumer(
                        http -> http.addOrReplaceInterceptor("no field selectors", new WithoutFieldSelector()))
                .build();
        agent = newAgent();
        agent.start();
    }

    @AfterEach
    void stop() {
        agent.close();
        unselective.close();
    }

    @Test
    void attachesToTheProcessesOfTheContainerAndReports() throws IOException {
        process(20, CONTAINER);
        process(30, "b".repeat(64));
        create("one", spec("node-1", CONTAINER));

        NodeTraceStatus status = awaitState("one", "Tracing");
        assertThat(status.phase()).isEqualTo("Tracing");
        assertThat(status.totals()).isEqualTo(new TraceTotals(1, 1, 10, 9, 1));
        assertThat(status.firstTraceIds()).containsExactly("id-0");
        assertThat(traces.opened().getFirst().pids()).containsExactly(20);
        assertThat(traces.opened().getFirst().parameters().profile().maxSpansPerSecond())
                .isEqualTo(500);
    }

    @Test
    void noThreadIsMovedBeforeTheServerHoldsWhereItBelongs() throws IOException {
        process(20, CONTAINER);
        create("colocated", colocating(spec("node-1", CONTAINER)));
        awaitState("colocated", "Tracing");
        DrivenTraces.DrivenPlacements placements = traces.opened().getFirst().placements();
        Placement first = new Placement(20, 20, 500, 900, 1, CpuSet.parse("0-3"), false);
        Placement second = new Placement(20, 21, 501, 901, 1, CpuSet.parse("0-3"), false);
        placements.ask(first);
        placements.ask(second);

        await().atMost(LIMIT).until(() -> placements.permitted().containsAll(List.of(first, second)));

        assertThat(latest(get("colocated")).colocation())
                .extracting(Colocation::affinities)
                .isEqualTo(List.of(new Affinity(
                        "0-3", 1, 900, List.of(new TracedThread(20, 20, 500), new TracedThread(20, 21, 501)))));
    }

    @Test
    void threadsThatAKilledAgentLeftOnOneCpuAreToldAsLongAsTheStatusIsWritten() throws IOException {
        process(20, CONTAINER);
        agent.close();
        create("left", colocating(spec("node-1", CONTAINER)));
        resource("left").editStatus(trace -> {
            trace.setStatus(leftOnOneCpu());
            return trace;
        });
        agent = newAgent();
        agent.start();

        awaitState("left", "Tracing");
        assertThat(Objects.requireNonNull(latest(get("left")).colocation()).unrestored())
                .startsWith("threads that a killed agent has moved may still be on one CPU");
        edit("left", stopped(get("left").getSpec()));
        awaitPhase("left", "Finished");
        assertThat(Objects.requireNonNull(latest(get("left")).colocation()).unrestored())
                .startsWith("threads that a killed agent has moved may still be on one CPU");
    }

    @Test
    void leavesTheNodeTracesOfOtherNodesAlone() throws IOException {
        process(20, CONTAINER);
        create("other", spec("node-2", CONTAINER));
        create("mine", spec("node-1", CONTAINER));
        awaitState("mine", "Tracing");
        assertThat(get("other").getStatus()).isNull();
        assertThat(traces.opened()).hasSize(1);
    }

    @Test
    void findsAContainerThatStartsWithinTheWindow() throws IOException {
        create("late", spec("node-1", CONTAINER));
        assertThat(awaitState("late", "Waiting").phase()).isEqualTo("Assigned");
        process(20, CONTAINER);
        awaitState("late", "Tracing");
    }

    @Test
    void anAwaitedContainerIsTracedBeforeTheSpecCanNameIt() throws IOException {
        create("awaited", awaiting("main"));
        awaitPhase("awaited", "Assigned");

        process(20, CONTAINER, "main");

        NodeTraceStatus status = awaitState("awaited", "Tracing");
        assertThat(only(status).containerId()).isEqualTo(CONTAINER);
        assertThat(only(status).containerName()).isEqualTo("main");
        ContainerTrace.Parameters parameters = traces.opened().getFirst().parameters();
        assertThat(parameters.target())
                .isEqualTo(new Target("p", POD, "10.0.0.1", "ns", "main", CONTAINER, "shop", Map.of("a", "b")));

        edit("awaited", spec("node-1", CONTAINER));
        process(21, CONTAINER, "main");
        await().atMost(LIMIT).until(() -> traces.opened().getFirst().pids().equals(Set.of(20, 21)));
        assertThat(traces.opened()).as("the spec names the same container").hasSize(1);
    }

    @Test
    void otherContainersOfAnAwaitedPodAreLeftAlone() throws IOException {
        create("awaited", awaiting("main"));
        awaitPhase("awaited", "Assigned");
        process(20, "b".repeat(64), "sidecar");
        process(21, "c".repeat(64)); // a sandbox has no mounts of kubelet's
        process(22, CONTAINER, "main");
        awaitState("awaited", "Tracing");
        assertThat(traces.opened()).hasSize(1);
        assertThat(traces.opened().getFirst().pids()).containsExactly(22);
    }

    @Test
    void theNextLifeOfAContainerIsTracedUnderItsNewId() throws IOException {
        process(20, CONTAINER, "main");
        create("restarting", spec("node-1", CONTAINER));
        awaitState("restarting", "Tracing");

        process(30, "b".repeat(64), "main");
        await().atMost(LIMIT).until(() -> traces.opened().size() == 2);
        assertThat(traces.opened().get(1).parameters().target().containerId()).isEqualTo("b".repeat(64));
        await().atMost(LIMIT)
                .until(() -> only(get("restarting").getStatus()).containerId().equals("b".repeat(64)));
    }

    @Test
    void aContainerThatIsAwaitedNoMoreIsLetGo() throws IOException {
        create("awaited", awaiting("main"));
        awaitPhase("awaited", "Assigned");
        process(20, CONTAINER, "main");
        awaitState("awaited", "Tracing");

        edit("awaited", awaiting());
        await().atMost(LIMIT).until(() -> traces.opened().getFirst().closed());
    }

    @Test
    void addsAndRemovesContainersAsTheSpecSays() throws IOException {
        String second = "b".repeat(64);
        process(20, CONTAINER);
        process(30, second);
        create("changing", spec("node-1", CONTAINER));
        awaitState("changing", "Tracing");

        edit("changing", spec("node-1", second));
        await().atMost(LIMIT).until(() -> traces.opened().size() == 2);
        assertThat(traces.opened().get(1).pids()).containsExactly(30);
        await().atMost(LIMIT).until(() -> traces.opened().getFirst().closed());
        assertThat(traces.opened().getFirst().pids()).isEmpty();
    }

    @Test
    void stopTrueEndsIt() throws IOException {
        process(20, CONTAINER);
        create("stopped", spec("node-1", CONTAINER));
        awaitState("stopped", "Tracing");
        edit("stopped", stopped(get("stopped").getSpec()));
        NodeTraceStatus status = awaitPhase("stopped", "Finished");
        assertThat(only(status).reason()).isEqualTo("Stopped");
        assertThat(traces.opened().getFirst().closed()).isTrue();
    }

    @Test
    void theDeadlineEndsItAndItIsNotTakenUpAgain() throws IOException {
        process(20, CONTAINER);
        create("short", spec("node-1", CONTAINER, Instant.now().plusSeconds(3)));
        NodeTraceStatus status = awaitPhase("short", "Finished");
        assertThat(only(status).reason()).isEqualTo("DeadlineReached");
        assertThat(status.totals()).isEqualTo(new TraceTotals(1, 1, 10, 9, 1));
        assertThat(traces.opened()).hasSize(1);
    }

    @Test
    void deletionEndsIt() throws IOException {
        process(20, CONTAINER);
        create("deleted", spec("node-1", CONTAINER));
        awaitState("deleted", "Tracing");
        resource("deleted").delete();
        await().atMost(LIMIT).until(() -> traces.opened().getFirst().closed());
    }

    @Test
    void aRefusalReachesTheStatusInTheEnginesWords() throws IOException {
        traces.refuse(CaptureException.Reason.ALREADY_TRACED, "process 20 is traced by gdb (pid 9): end it first");
        process(20, CONTAINER);
        create("refused", spec("node-1", CONTAINER));
        NodeTraceStatus status = awaitState("refused", "Failed");
        assertThat(only(status).reason()).isEqualTo("AlreadyTraced");
        assertThat(only(status).message()).isEqualTo("process 20 is traced by gdb (pid 9): end it first");
    }

    @Test
    void aWindowThatCannotBeReadIsFinishedAtOnce() {
        create("broken", spec("node-1", CONTAINER, "tomorrow"));
        NodeTraceStatus status = awaitPhase("broken", "Finished");
        assertThat(only(status).message()).contains("notAfter is 'tomorrow'");
    }

    @Test
    void anAgentThatEndsLeavesItsAssignmentToTheNextWhichCountsOn() throws IOException {
        process(20, CONTAINER);
        create("handed-on", spec("node-1", CONTAINER));
        awaitState("handed-on", "Tracing");
        agent.close();
        NodeTraceStatus left = awaitPhase("handed-on", "Assigned");
        assertThat(only(left).reason()).isEqualTo("AgentStopped");
        assertThat(traces.opened().getFirst().closed()).isTrue();

        agent = newAgent();
        agent.start();
        NodeTraceStatus again = awaitState("handed-on", "Tracing");
        assertThat(again.totals()).isEqualTo(new TraceTotals(1, 2, 20, 18, 2));
    }

    @Test
    void anAgentThatFindsAWindowOverFinishesIt() {
        agent.close();
        create("missed", spec("node-1", CONTAINER, Instant.now().minusSeconds(5)));
        agent = newAgent();
        agent.start();
        assertThat(only(awaitPhase("missed", "Finished")).reason()).isEqualTo("NotRunning");
        assertThat(traces.opened()).isEmpty();
    }

    @Test
    void whatAKilledAgentDidAfterItsLastReportIsToldAsUnknown() throws IOException {
        process(20, CONTAINER);
        agent.close();
        create("killed", spec("node-1", CONTAINER));
        TraceTotals known = new TraceTotals(1, 1, 100, 90, 0);
        resource("killed").editStatus(trace -> {
            trace.setStatus(new NodeTraceStatus(
                    1L,
                    "Tracing",
                    Instant.now().minusSeconds(12).toString(),
                    List.of(new TargetStatus(POD, "main", CONTAINER, "Tracing", null, null, null, known)),
                    known,
                    null,
                    null));
            return trace;
        });
        agent = newAgent();
        agent.start();

        await().atMost(LIMIT).until(() -> get("killed").getStatus().killedAgents() != null);
        NodeTraceStatus status = get("killed").getStatus();
        assertThat(Objects.requireNonNull(status.killedAgents()).count()).isEqualTo(1);
        assertThat(status.killedAgents().unknownMillis()).isGreaterThanOrEqualTo(12_000);
        assertThat(Objects.requireNonNull(status.totals()).isLeast()).isTrue();
        assertThat(status.totals().calls()).isGreaterThanOrEqualTo(100);
        edit("killed", stopped(get("killed").getSpec()));
        assertThat(Objects.requireNonNull(awaitPhase("killed", "Finished").totals())
                        .isLeast())
                .isTrue();
    }

    @Test
    void anAssignmentThatFailsIsLetGoAndBegunAnew() throws IOException {
        process(20, CONTAINER);
        traces.breakDown(1);
        create("failing", spec("node-1", CONTAINER));
        awaitState("failing", "Tracing");
        assertThat(traces.opened()).hasSize(2);
        assertThat(traces.opened().getFirst().closed()).isTrue();
        assertThat(traces.opened().getLast().pids()).containsExactly(20);
    }

    @Test
    void anAssignmentThatFailsEachTimeEndsWithAStatusThatSaysSo() throws IOException {
        process(20, CONTAINER);
        traces.breakDown(Integer.MAX_VALUE);
        create("failing", spec("node-1", CONTAINER));
        NodeTraceStatus status = awaitPhase("failing", "Finished");
        assertThat(only(status).state()).isEqualTo("Failed");
        assertThat(only(status).reason()).isEqualTo("InternalError");
        assertThat(only(status).message()).contains("the node's agent failed: StackOverflowError");
        assertThat(traces.opened()).hasSize(3).allMatch(DrivenTraces.DrivenTrace::closed);
    }

    @Test
    void anAssignmentThatIsDeletedWhileItWaitsIsNotBegunAnew() throws IOException {
        process(20, CONTAINER);
        traces.breakDown(1);
        create("failing", spec("node-1", CONTAINER));
        await().atMost(LIMIT)
                .until(() ->
                        !traces.opened().isEmpty() && traces.opened().getFirst().closed());
        resource("failing").delete();

        // Found by a look that comes after the moment at which the other would have been begun anew.
        String second = "b".repeat(64);
        create("next", spec("node-1", second));
        awaitState("next", "Waiting");
        process(30, second);
        awaitState("next", "Tracing");
        assertThat(traces.opened()).filteredOn(trace -> !trace.closed()).hasSize(1);
    }

    @Test
    void describesItsNodeAndHowManyTracesAreActive() throws IOException {
        TraceNodeStatus idle = awaitNode(0);
        assertThat(idle.kernelVersion()).isEqualTo("6.1.0-test");
        assertThat(idle.ptraceAllowed()).isFalse();
        assertThat(idle.ptraceMessage()).isEqualTo("not here");
        assertThat(idle.agentPod()).isEqualTo("renacer-agent-x");
        assertThat(idle.capabilities()).containsExactly("CAP_SYS_PTRACE");
        process(20, CONTAINER);
        create("counted", spec("node-1", CONTAINER));
        awaitNode(1);
    }

    private TraceNodeStatus awaitNode(int activeTraces) {
        return await().atMost(LIMIT)
                .until(
                        () -> Optional.ofNullable(client.resources(TraceNode.class)
                                        .withName("node-1")
                                        .get())
                                .map(TraceNode::getStatus)
                                .filter(s -> Objects.equals(s.activeTraces(), activeTraces)),
                        Optional::isPresent)
                .orElseThrow();
    }

    private NodeAgent newAgent() {
        AgentMetrics metrics = new AgentMetrics("1.2.3");
        return new NodeAgent(
                new AgentConfig(
                        "node-1",
                        Optional.empty(),
                        Optional.of("renacer-agent-x"),
                        Optional.of("renacer-system"),
                        procfs.resolve("sinks"),
                        true,
                        0),
                new NodeFacts(
                        "1.2.3",
                        "6.1.0-test",
                        "amd64",
                        Optional.of("not here"),
                        Optional.empty(),
                        CgroupMode.V2,
                        List.of("CAP_SYS_PTRACE"),
                        Optional.empty()),
                unselective,
                new ProcessFinder(procfs, 999_999),
                new ProcessFiles(procfs),
                () -> traces,
                new SinkCredentials(procfs.resolve("sinks"), OtlpSettings.defaults(), System::nanoTime),
                metrics);
    }

    /** One in a container of this name. */
    private void process(int pid, String container, String name) throws IOException {
        Path directory = Files.createDirectory(procfs.resolve(".named-" + pid));
        Files.writeString(
                directory.resolve("mountinfo"),
                "23 45 254:0 /var/lib/kubelet/pods/" + POD + "/containers/" + name
                        + "/0a1b2c3d /dev/termination-log rw - ext4 /dev/vda rw\n");
        Files.writeString(directory.resolve("cgroup"), "0::/kubepods/pod" + POD + "/" + container + "\n");
        Files.move(directory, procfs.resolve(Integer.toString(pid)));
    }

    private static NodeTraceSpec awaiting(String... names) {
        NodeTraceSpec none = spec("node-1", CONTAINER);
        return new NodeTraceSpec(
                none.nodeName(),
                none.requestName(),
                none.requestUid(),
                List.of(),
                Stream.of(names)
                        .map(name -> new AwaitedContainer("p", POD, "10.0.0.1", "ns", name, "shop", Map.of("a", "b")))
                        .toList(),
                none.notAfter(),
                none.profile(),
                none.sink(),
                null,
                null,
                null);
    }

    private void process(int pid, String container) throws IOException {
        Path directory = Files.createDirectory(procfs.resolve(".new-" + pid));
        Files.writeString(directory.resolve("cgroup"), "0::/kubepods/pod" + POD + "/" + container + "\n");
        Files.move(directory, procfs.resolve(Integer.toString(pid)));
    }

    /** This server appends to lists where a real one replaces them. */
    private static TargetStatus latest(NodeTrace trace) {
        return Objects.requireNonNull(trace.getStatus().targets()).getLast();
    }

    private static NodeTraceSpec colocating(NodeTraceSpec spec) {
        return new NodeTraceSpec(
                spec.nodeName(),
                spec.requestName(),
                spec.requestUid(),
                spec.targets(),
                spec.notAfter(),
                new Profile(null, null, null, null, 500, null, null, true, null, null),
                spec.sink(),
                null,
                null,
                null);
    }

    private static NodeTraceSpec stopped(NodeTraceSpec spec) {
        return new NodeTraceSpec(
                spec.nodeName(),
                spec.requestName(),
                spec.requestUid(),
                spec.targets(),
                spec.notAfter(),
                spec.profile(),
                spec.sink(),
                null,
                null,
                true);
    }

    /** Of an agent that was killed; nobody can tell where its thread belongs. */
    private static NodeTraceStatus leftOnOneCpu() {
        Colocation colocation =
                new Colocation(1, null, List.of(new Affinity("none", 1, 900, List.of(new TracedThread(20, 20, 500)))));
        return new NodeTraceStatus(
                1L,
                "Tracing",
                "2026-01-01T00:00:00Z",
                List.of(new TargetStatus(
                        POD, "main", CONTAINER, "Waiting", null, null, null, TraceTotals.NONE, colocation)),
                TraceTotals.NONE,
                null,
                null);
    }

    private static NodeTraceSpec spec(String node, String container) {
        return spec(node, container, Instant.now().plusSeconds(600));
    }

    private static NodeTraceSpec spec(String node, String container, Instant notAfter) {
        return spec(node, container, notAfter.toString());
    }

    private static NodeTraceSpec spec(String node, String container, String notAfter) {
        return new NodeTraceSpec(
                node,
                "request",
                "uid",
                List.of(new Target("p", POD, "10.0.0.1", "ns", "main", container, "shop", null)),
                notAfter,
                Profile.everything(500),
                new Sink("default", "http://127.0.0.1:9", "http/protobuf", null),
                null,
                null,
                null);
    }

    private void create(String name, NodeTraceSpec spec) {
        NodeTrace trace = new NodeTrace();
        trace.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace("ns").build());
        trace.setSpec(spec);
        client.resource(trace).create();
    }

    private void edit(String name, NodeTraceSpec spec) {
        resource(name).edit(trace -> {
            trace.setSpec(spec);
            return trace;
        });
    }

    private Resource<NodeTrace> resource(String name) {
        return client.resources(NodeTrace.class).inNamespace("ns").withName(name);
    }

    private NodeTrace get(String name) {
        return resource(name).get();
    }

    private NodeTraceStatus awaitPhase(String name, String phase) {
        return await().atMost(LIMIT)
                .until(
                        () -> Optional.ofNullable(get(name).getStatus()).filter(s -> phase.equals(s.phase())),
                        Optional::isPresent)
                .orElseThrow();
    }

    private NodeTraceStatus awaitState(String name, String state) {
        return await().atMost(LIMIT)
                .until(
                        () -> Optional.ofNullable(get(name).getStatus())
                                .filter(s ->
                                        !Objects.requireNonNull(s.targets()).isEmpty())
                                .filter(s -> only(s).state().equals(state)),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** The stand-in's merge appends to a list where RFC 7386 replaces it: the newest is the last. */
    private static TargetStatus only(NodeTraceStatus status) {
        return Objects.requireNonNull(status.targets()).getLast();
    }

    /** The stand-in knows field selectors of built-in kinds only and would select nothing. */
    private static final class WithoutFieldSelector implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            String uri = request.uri().toString();
            builder.uri(URI.create(uri.replaceAll("fieldSelector=[^&]*&?", "")));
        }
    }
}
