// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.capture.CpuSet;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.NodeTraceStatus.TracedThread;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real agent, against a real API server, on real processes in cgroups named as kubelet names them. Root is needed.
 */
class NodeAgentIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int EXIT_WITHIN = 5;
    private static final Profile COLOCATED =
            new Profile(List.of("read"), null, null, null, 20_000, null, null, true, null);
    private static final Profile LOCATED = new Profile(null, null, null, null, 20_000, null, null, null, true);

    @TempDir
    private static Path logs;

    private final String nodeName = "it-" + UUID.randomUUID();
    private TestContainer container = TestContainer.create();
    private TestCollector collector;
    private AgentProcess agent;

    NodeAgentIT() throws IOException {
        collector = new TestCollector();
        agent = startAgent();
    }

    @BeforeEach
    void agentIsUp() {
        await().atMost(LIMIT)
                .until(() -> Optional.ofNullable(node().get())
                        .map(TraceNode::getStatus)
                        .isPresent());
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
        collector.close();
        container.close();
        node().delete();
    }

    @Test
    void aNodeTraceBecomesATreeOfSpansThatNameTheContainerAndEndsAtItsDeadline() throws Exception {
        Process target = container.start();
        create("tree", spec(Instant.now().plusSeconds(8)));

        NodeTraceStatus over = awaitPhase("tree", "Finished");
        assertThat(only(over).reason()).isEqualTo("DeadlineReached");
        assertThat(only(over).since()).isNotBlank();
        assertThat(TestContainer.tracerOf(target)).isZero();
        assertThat(target.isAlive()).isTrue();

        assertThat(collector.resources()).hasSize(1);
        assertThat(collector.resources().getFirst())
                .containsAllEntriesOf(Map.of(
                        "k8s.pod.name", "shop-1",
                        "k8s.pod.uid", container.podUid(),
                        "k8s.pod.ip", "10.0.0.7",
                        "k8s.namespace.name", SERVER.namespace(),
                        "k8s.container.name", "main",
                        "k8s.node.name", nodeName,
                        "container.id", container.containerId(),
                        "service.name", "shop",
                        "k8s.deployment.name", "shop"));

        List<Span> spans = collector.spans(container.containerId());
        Map<Object, Span> byId = new HashMap<>();
        spans.forEach(span -> byId.put(span.getSpanId(), span));
        List<Span> calls = spans.stream()
                .filter(span -> span.getName().startsWith("syscall: "))
                .toList();
        assertThat(calls).hasSizeGreaterThan(100);
        assertThat(calls).allSatisfy(call -> {
            Span root = Objects.requireNonNull(byId.get(call.getParentSpanId()), "the parent of " + call.getName());
            assertThat(root.getName()).startsWith("process: ");
            assertThat(root.getTraceId()).isEqualTo(call.getTraceId());
            assertThat(call.getStartTimeUnixNano()).isBetween(root.getStartTimeUnixNano(), root.getEndTimeUnixNano());
            assertThat(call.getEndTimeUnixNano()).isLessThanOrEqualTo(root.getEndTimeUnixNano());
        });
        assertThat(spans).extracting(Span::getName).contains("process: sleep", "syscall: chdir", "syscall: exit_group");
        assertThat(Objects.requireNonNull(over.totals()).spans()).isEqualTo(spans.size());
        assertThat(over.totals().lost()).isZero();
        assertThat(over.totals().calls()).isEqualTo(calls.size());
        assertThat(over.totals().processes()).isGreaterThan(1);
        assertThat(over.firstTraceIds()).isNotEmpty();
        assertThat(agent.residentKib()).isLessThan(150 * 1024);
    }

    @Test
    void stopTrueDetachesAtOnce() throws Exception {
        Process target = container.start();
        create("stop", spec(later()));
        awaitTraced(target);
        // A patch: the agent's status writes would make an edit of what was read before fail with a conflict.
        trace("stop").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        assertThat(only(awaitPhase("stop", "Finished")).reason()).isEqualTo("Stopped");
        assertThat(TestContainer.tracerOf(target)).isZero();
        assertThat(target.isAlive()).isTrue();
    }

    @Test
    void deletionDetaches() throws Exception {
        Process target = container.start();
        create("delete", spec(later()));
        awaitTraced(target);
        trace("delete").delete();
        awaitUntraced(target);
        assertThat(target.isAlive()).isTrue();
    }

    @Test
    void aProcessThatNoTracedOneStartedIsTracedToo() throws Exception {
        Process first = container.start();
        create("exec", spec(later()));
        awaitTraced(first);
        awaitTraced(container.start());
    }

    @Test
    void aContainerThatStartsWithinTheWindowIsTraced() throws Exception {
        create("late", spec(later()));
        TargetStatus waiting = only(awaitPhase("late", "Assigned"));
        assertThat(waiting.state()).isEqualTo("Waiting");
        assertThat(waiting.reason()).isEqualTo("NotRunning");
        awaitTraced(container.start());
        await().atMost(LIMIT)
                .until(() -> only(status("late").orElseThrow()).state().equals("Tracing"));
    }

    @Test
    void aContainerHeldByAnotherTracerIsToldInTheEnginesWordsAndTracedOnceItIsFree() throws Exception {
        Process target = container.start();
        create("holder", spec(later()));
        awaitTraced(target);
        create("second", spec(later()));
        TargetStatus failed = await().atMost(LIMIT)
                .until(
                        () -> status("second")
                                .map(NodeAgentIT::only)
                                .filter(t -> t.state().equals("Failed")),
                        Optional::isPresent)
                .orElseThrow();
        assertThat(failed.reason()).isEqualTo("AlreadyTraced");
        assertThat(failed.message())
                .startsWith("another TraceRequest traces process")
                .doesNotContain("\n");

        trace("holder").delete();
        await().atMost(LIMIT)
                .until(() -> only(status("second").orElseThrow()).state().equals("Tracing"));
    }

    @Test
    void sigtermDetachesFlushesReportsAndTheNextAgentGoesOn() throws Exception {
        Process target = container.start();
        create("restart", spec(later()));
        awaitTraced(target);
        await().atMost(LIMIT)
                .until(() -> !collector.spans(container.containerId()).isEmpty());

        agent.terminate();
        assertThat(agent.awaitExit(EXIT_WITHIN)).as(agent.log()).isZero();
        assertThat(TestContainer.tracerOf(target)).isZero();
        NodeTraceStatus left = status("restart").orElseThrow();
        assertThat(left.phase()).isEqualTo("Assigned");
        assertThat(only(left).reason()).isEqualTo("AgentStopped");
        long sent = Objects.requireNonNull(left.totals()).spans();
        assertThat(sent).isEqualTo(collector.spans(container.containerId()).size());

        agent = startAgent();
        awaitTraced(target);
        await().atMost(LIMIT)
                .until(() ->
                        Objects.requireNonNull(status("restart").orElseThrow().totals())
                                        .spans()
                                > sent);
    }

    @Test
    void aKilledAgentLeavesItsTargetUnharmedAndTheNextOneTakesItUp() throws Exception {
        Process target = container.start();
        create("killed", spec(later()));
        awaitTraced(target);
        agent.kill();
        agent.awaitExit(EXIT_WITHIN);
        awaitUntraced(target);
        assertThat(target.isAlive()).isTrue();

        agent = startAgent();
        awaitTraced(target);
    }

    @Test
    void aThreadIsKeptOnItsTracersCpuAndGetsItsOwnBackAtTheEnd() throws Exception {
        Process target = busy();
        String before = TestContainer.cpusOf(target);
        assertThat(Objects.requireNonNull(node().get().getStatus()).colocationAllowed())
                .isTrue();
        create("colocated", spec(later(), COLOCATED, null));
        await().atMost(LIMIT)
                .until(() -> CpuSet.parse(TestContainer.cpusOf(target)).size() == 1);
        assertThat(recorded("colocated").cpus()).isEqualTo(before);

        trace("colocated").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        Colocation last =
                Objects.requireNonNull(only(awaitPhase("colocated", "Finished")).colocation());
        assertThat(TestContainer.cpusOf(target)).isEqualTo(before);
        assertThat(last.moves()).isPositive();
        assertThat(last.affinities()).isNull();
    }

    @Test
    void aThreadThatAKilledAgentLeftOnOneCpuGetsItsOwnBackFromTheNextAgent() throws Exception {
        Process target = busy();
        String before = TestContainer.cpusOf(target);
        create("left", spec(later(), COLOCATED, null));
        await().atMost(LIMIT)
                .until(() -> CpuSet.parse(TestContainer.cpusOf(target)).size() == 1);
        Affinity recorded = recorded("left");
        assertThat(recorded.cpus()).isEqualTo(before);
        assertThat(recorded.threads()).extracting(TracedThread::tid).contains((int) target.pid());

        agent.kill();
        agent.awaitExit(EXIT_WITHIN);
        awaitUntraced(target);
        assertThat(TestContainer.cpusOf(target)).isEqualTo(Integer.toString(recorded.cpu()));

        // Not traced again: what is seen below is the recovery alone.
        trace("left").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        agent = startAgent();
        await().atMost(LIMIT).until(() -> TestContainer.cpusOf(target).equals(before));
        assertThat(only(awaitPhase("left", "Finished")).reason()).isEqualTo("Stopped");
        assertThat(target.isAlive()).isTrue();
    }

    @Test
    void callsNameTheirPlaceInTheSourceAndWhatFindsItIsConfinedAndEndsWithTheTrace() throws Exception {
        agent.close();
        agent = AgentProcess.startConfined(environment(), logs.resolve(nodeName + ".log"));
        Process target = container.start("exec " + compiled("loop.c", """
                #include <unistd.h>
                static void greet(void) {
                    write(-1, "", 0);
                }
                int main(void) {
                    while (usleep(10000) == 0) {
                        greet();
                    }
                }
                """));
        create("located", spec(later(), LOCATED, null));
        await().atMost(LIMIT)
                .until(() -> collector.spans(container.containerId()).stream()
                        .anyMatch(span -> span.getName().equals("syscall: write")
                                && attribute(span, "code.file.path").isPresent()));

        Span located = collector.spans(container.containerId()).stream()
                .filter(span -> attribute(span, "code.file.path").isPresent())
                .findFirst()
                .orElseThrow();
        for (String path : List.of("code.file.path", "code.filepath")) {
            assertThat(attribute(located, path).orElseThrow().getStringValue()).endsWith("/loop.c");
        }
        for (String line : List.of("code.line.number", "code.lineno")) {
            assertThat(attribute(located, line).orElseThrow().getIntValue()).isEqualTo(3);
        }
        assertThat(attribute(located, "code.function.name").orElseThrow().getStringValue())
                .isEqualTo("greet");
        List<ProcessHandle> unwinders = agent.children();
        assertThat(unwinders).hasSize(1);
        assertThat(Files.readAllLines(
                        Path.of("/proc", Long.toString(unwinders.getFirst().pid()), "status")))
                .contains("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "Seccomp:\t2");

        trace("located").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        awaitPhase("located", "Finished");
        assertThat(agent.children()).isEmpty();
        assertThat(target.isAlive()).isTrue();
    }

    @Test
    void spansThatNeverReachTheCollectorAreToldAsLost() throws Exception {
        collector.close();
        container.start();
        create("unreachable", spec(Instant.now().plusSeconds(4)));

        NodeTraceStatus over = awaitPhase("unreachable", "Finished");
        TraceTotals totals = Objects.requireNonNull(over.totals());
        assertThat(totals.spans()).isZero();
        assertThat(totals.calls()).isPositive();
        assertThat(totals.lost()).as("each call and each process").isGreaterThan(totals.calls());
        assertThat(over.exportFailure()).isNotBlank();
    }

    @Test
    void onlyTheNamedProcessAndItsChildrenAreTraced() throws Exception {
        Process bystander = container.start("while :; do sleep 0.05; done");
        create("named", spec(later(), new Profile(null, "^renacer-it", null, null, 20_000, null), null));
        TargetStatus waiting = await().atMost(LIMIT)
                .until(
                        () -> status("named")
                                .map(NodeAgentIT::only)
                                .filter(t -> "ProcessNotMatched".equals(t.reason())),
                        Optional::isPresent)
                .orElseThrow();
        assertThat(waiting.state()).isEqualTo("Waiting");
        assertThat(waiting.message()).contains("^renacer-it").contains("sh");

        Process target = container.start("printf renacer-it-app > /proc/$$/comm; while :; do sleep 0.05; done");
        awaitTraced(target);
        await().atMost(LIMIT)
                .until(() -> collector.spans(container.containerId()).stream()
                        .anyMatch(span -> span.getName().equals("process: sleep")));
        assertThat(TestContainer.tracerOf(bystander)).isZero();
    }

    @Test
    void onlyFailedCallsBecomeSpansWhereTheProfileSaysSo() throws Exception {
        container.start("while :; do cd /nowhere 2>/dev/null; cd /; sleep 0.05; done");
        create("errors", spec(Instant.now().plusSeconds(5), new Profile(null, null, true, null, 20_000, null), null));
        NodeTraceStatus over = awaitPhase("errors", "Finished");
        List<Span> calls = collector.spans(container.containerId()).stream()
                .filter(span -> span.getName().startsWith("syscall: "))
                .toList();
        assertThat(calls).extracting(Span::getName).contains("syscall: chdir");
        assertThat(calls)
                .allSatisfy(
                        call -> assertThat(call.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR));
        TraceTotals totals = Objects.requireNonNull(over.totals());
        assertThat(totals.calls()).isGreaterThan(calls.size());
        assertThat(totals.lost()).isZero();
    }

    @Test
    void credentialsOfASinkAreSentOnceTheirFolderIsThereAndFollowItsChanges() throws Exception {
        Process target = container.start();
        create("secret", spec(later(), Profile.everything(20_000), nodeName));
        NodeTraceStatus failed = await().atMost(LIMIT)
                .until(() -> status("secret").filter(s -> only(s).state().equals("Failed")), Optional::isPresent)
                .orElseThrow();
        assertThat(only(failed).reason()).isEqualTo("ExportFailed");
        assertThat(failed.exportFailure()).contains("create the Secret");
        assertThat(TestContainer.tracerOf(target)).isZero();

        Path folder = Files.createDirectories(logs.resolve("sinks").resolve(nodeName));
        Files.writeString(folder.resolve("headers"), "Authorization: Bearer first\n");
        await().atMost(LIMIT).until(() -> collector.authorizations().contains("Bearer first"));
        Files.writeString(folder.resolve("headers"), "Authorization: Bearer second\n");
        await().atMost(LIMIT).until(() -> collector.authorizations().contains("Bearer second"));
        assertThat(agent.log()).doesNotContain("Bearer");
    }

    /** A process that does nothing but call; aborts the test on a machine with one CPU. */
    private Process busy() throws IOException {
        Process target = container.start("exec dd if=/dev/zero of=/dev/null bs=1 status=none");
        Assumptions.assumeTrue(
                CpuSet.parse(TestContainer.cpusOf(target)).size() > 1, "one CPU only: nothing can be moved");
        return target;
    }

    private static Optional<AnyValue> attribute(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(KeyValue::getValue)
                .findFirst();
    }

    /** The path of a program made of this source, with debug information. */
    private static Path compiled(String name, String source) throws IOException, InterruptedException {
        Path file = Files.writeString(logs.resolve(name), source);
        Path program = logs.resolve(name + ".program");
        Process gcc = new ProcessBuilder("gcc", "-g", "-o", program.toString(), file.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        return program;
    }

    private Affinity recorded(String name) {
        Colocation colocation =
                Objects.requireNonNull(only(status(name).orElseThrow()).colocation());
        return Objects.requireNonNull(colocation.affinities()).getFirst();
    }

    private AgentProcess startAgent() throws IOException {
        return AgentProcess.start(environment(), logs.resolve(nodeName + ".log"));
    }

    private Map<String, String> environment() {
        return Map.of(
                "NODE_NAME",
                nodeName,
                "RENACER_HTTP_PORT",
                "0",
                "RENACER_COLOCATION",
                "true",
                "RENACER_SINKS",
                logs.resolve("sinks").toString(),
                "RENACER_WATCH_NAMESPACE",
                SERVER.namespace(),
                "KUBECONFIG",
                SERVER.kubeconfig().toString());
    }

    private void awaitTraced(Process target) {
        await().atMost(LIMIT).until(() -> TestContainer.tracerOf(target) != 0);
    }

    private void awaitUntraced(Process target) {
        await().atMost(LIMIT).until(() -> TestContainer.tracerOf(target) == 0);
    }

    private static Instant later() {
        return Instant.now().plus(Duration.ofMinutes(5));
    }

    private NodeTraceSpec spec(Instant notAfter) {
        return spec(notAfter, Profile.everything(20_000), null);
    }

    private NodeTraceSpec spec(Instant notAfter, Profile profile, @Nullable String credentials) {
        return new NodeTraceSpec(
                nodeName,
                "request",
                UUID.randomUUID().toString(),
                List.of(new Target(
                        "shop-1",
                        container.podUid(),
                        "10.0.0.7",
                        SERVER.namespace(),
                        "main",
                        container.containerId(),
                        "shop",
                        Map.of("k8s.deployment.name", "shop"))),
                notAfter.toString(),
                profile,
                new Sink("default", collector.endpoint(), "http/protobuf", credentials),
                "jane",
                "a test\nof the audit trail",
                null);
    }

    private void create(String name, NodeTraceSpec spec) {
        NodeTrace trace = new NodeTrace();
        trace.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(SERVER.namespace())
                .build());
        trace.setSpec(spec);
        SERVER.client().resource(trace).create();
    }

    private Resource<NodeTrace> trace(String name) {
        return SERVER.client()
                .resources(NodeTrace.class)
                .inNamespace(SERVER.namespace())
                .withName(name);
    }

    private Resource<TraceNode> node() {
        return SERVER.client().resources(TraceNode.class).withName(nodeName);
    }

    private Optional<NodeTraceStatus> status(String name) {
        return Optional.ofNullable(trace(name).get()).map(NodeTrace::getStatus);
    }

    private NodeTraceStatus awaitPhase(String name, String phase) {
        return await().atMost(LIMIT)
                .until(() -> status(name).filter(s -> phase.equals(s.phase())), Optional::isPresent)
                .orElseThrow();
    }

    private static TargetStatus only(NodeTraceStatus status) {
        assertThat(status.targets()).hasSize(1);
        return Objects.requireNonNull(status.targets()).getFirst();
    }
}
