// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.nodeagent.process.TestContainer;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The real agent, against a real API server, on real processes in cgroups named as kubelet names them. Root is needed. */
@Tag(RealApiServer.TAG)
class NodeAgentIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final int EXIT_WITHIN = 5;

    @TempDir
    private static Path files;

    private final TestNode node;

    NodeAgentIT() throws IOException {
        node = new TestNode(SERVER, files);
    }

    @BeforeEach
    void agentIsUp() {
        node.awaitAgent();
    }

    @AfterEach
    void end() throws Exception {
        node.end();
    }

    @Test
    void aNodeTraceBecomesATreeOfSpansThatNameTheContainerAndEndsAtItsDeadline() throws Exception {
        Process target = node.container.start();
        node.create("tree", node.spec(Instant.now().plusSeconds(8)));

        NodeTraceStatus over = node.awaitPhase("tree", "Finished");
        assertThat(TestNode.only(over).reason()).isEqualTo("DeadlineReached");
        assertThat(TestNode.only(over).since()).isNotBlank();
        assertThat(TestContainer.tracerOf(target)).isZero();
        assertThat(target.isAlive()).isTrue();

        Map<String, String> container = Map.of(
                "k8s.pod.name", "shop-1",
                "k8s.pod.uid", node.container.podUid(),
                "k8s.pod.ip", "10.0.0.7",
                "k8s.namespace.name", SERVER.namespace(),
                "k8s.container.name", "main",
                "k8s.node.name", node.name,
                "container.id", node.container.containerId(),
                "service.name", "shop",
                "k8s.deployment.name", "shop");
        assertThat(node.collector.resources())
                .hasSizeGreaterThan(1)
                .allSatisfy(process -> assertThat(process)
                        .containsAllEntriesOf(container)
                        .containsKeys("process.pid", "process.creation.time"));

        List<Span> spans = node.collector.spans(node.container.containerId());
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
        assertThat(node.agent().residentKib()).isLessThan(150 * 1024);

        List<ResourceMetrics> measured = node.collector.nextMetrics();
        assertThat(measured).singleElement().satisfies(metrics -> {
            assertThat(TestCollector.attributes(metrics.getResource())).containsAllEntriesOf(container);
            assertThat(metrics.getResource().getEntityRefsList())
                    .extracting(EntityRef::getType)
                    .containsExactly("service", "k8s.namespace", "k8s.pod", "k8s.container", "container");
        });
        assertThat(TestCollector.calls(measured)).isEqualTo(calls.size());
        assertThat(TestCollector.exemplars(measured))
                .isNotEmpty()
                .isSubsetOf(spans.stream().map(Span::getSpanId).toList());
    }

    @Test
    void stopTrueDetachesAtOnce() throws Exception {
        Process target = node.container.start();
        node.create("stop", node.spec(TestNode.later()));
        node.awaitTraced(target);
        // A patch: the agent's status writes would make an edit of what was read before fail with a conflict.
        node.trace("stop").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        assertThat(TestNode.only(node.awaitPhase("stop", "Finished")).reason()).isEqualTo("Stopped");
        assertThat(TestContainer.tracerOf(target)).isZero();
        assertThat(target.isAlive()).isTrue();
    }

    @Test
    void deletionDetaches() throws Exception {
        Process target = node.container.start();
        node.create("delete", node.spec(TestNode.later()));
        node.awaitTraced(target);
        node.trace("delete").delete();
        node.awaitUntraced(target);
        assertThat(target.isAlive()).isTrue();
    }

    @Test
    void aProcessThatNoTracedOneStartedIsTracedToo() throws Exception {
        Process first = node.container.start();
        node.create("exec", node.spec(TestNode.later()));
        node.awaitTraced(first);
        node.awaitTraced(node.container.start());
    }

    @Test
    void aProbesProcessesAreTracedOnceTheyAreNoticed() throws Exception {
        Process first = node.container.start();
        node.create("short", node.spec(TestNode.later()));
        node.awaitTraced(first);
        // What an exec probe does, but for waiting until it is traced.
        String probe = "t=0; while [ $t = 0 ]; do while read -r k v; do [ $k = TracerPid: ] && t=$v; done"
                + " < /proc/$$/status; done; cat /dev/null; true";
        for (int i = 0; i < 10; i++) {
            assertThat(node.container.start(probe).waitFor()).isZero();
        }
        await().atMost(TestNode.LIMIT)
                .until(() -> node.collector.spans(node.container.containerId()).stream()
                                .filter(span -> span.getName().equals("process: cat"))
                                .count()
                        == 10);
    }

    @Test
    void aContainerThatStartsWithinTheWindowIsTraced() throws Exception {
        node.create("late", node.spec(TestNode.later()));
        TargetStatus waiting = TestNode.only(node.awaitPhase("late", "Assigned"));
        assertThat(waiting.state()).isEqualTo("Waiting");
        assertThat(waiting.reason()).isEqualTo("NotRunning");
        node.awaitTraced(node.container.start());
        await().atMost(TestNode.LIMIT)
                .until(() ->
                        TestNode.only(node.status("late").orElseThrow()).state().equals("Tracing"));
    }

    @Test
    void aContainerHeldByAnotherTracerIsToldInTheEnginesWordsAndTracedOnceItIsFree() throws Exception {
        Process target = node.container.start();
        node.create("holder", node.spec(TestNode.later()));
        node.awaitTraced(target);
        node.create("second", node.spec(TestNode.later()));
        TargetStatus failed = await().atMost(TestNode.LIMIT)
                .until(
                        () -> node.status("second")
                                .map(TestNode::only)
                                .filter(t -> t.state().equals("Failed")),
                        Optional::isPresent)
                .orElseThrow();
        assertThat(failed.reason()).isEqualTo("AlreadyTraced");
        assertThat(failed.message())
                .startsWith("another TraceRequest already traces process")
                .doesNotContain("\n");

        node.trace("holder").delete();
        await().atMost(TestNode.LIMIT)
                .until(() -> TestNode.only(node.status("second").orElseThrow())
                        .state()
                        .equals("Tracing"));
    }

    @Test
    void sigtermDetachesFlushesReportsAndTheNextAgentGoesOn() throws Exception {
        Process target = node.container.start();
        node.create("restart", node.spec(TestNode.later()));
        node.awaitTraced(target);
        await().atMost(TestNode.LIMIT)
                .until(() -> !node.collector.spans(node.container.containerId()).isEmpty());

        node.agent().terminate();
        assertThat(node.agent().awaitExit(EXIT_WITHIN)).as(node.agent().log()).isZero();
        assertThat(TestContainer.tracerOf(target)).isZero();
        NodeTraceStatus left = node.status("restart").orElseThrow();
        assertThat(left.phase()).isEqualTo("Assigned");
        assertThat(TestNode.only(left).reason()).isEqualTo("AgentStopped");
        long sent = Objects.requireNonNull(left.totals()).spans();
        assertThat(sent)
                .isEqualTo(node.collector.spans(node.container.containerId()).size());

        node.startAgent();
        node.awaitTraced(target);
        await().atMost(TestNode.LIMIT)
                .until(() -> Objects.requireNonNull(
                                        node.status("restart").orElseThrow().totals())
                                .spans()
                        > sent);
    }

    @Test
    void aKilledAgentLeavesItsTargetUnharmedAndTheNextOneTakesItUp() throws Exception {
        Process target = node.container.start();
        node.create("killed", node.spec(TestNode.later()));
        node.awaitTraced(target);
        node.agent().kill();
        node.agent().awaitExit(EXIT_WITHIN);
        node.awaitUntraced(target);
        assertThat(target.isAlive()).isTrue();

        node.startAgent();
        node.awaitTraced(target);
    }

    @Test
    void spansThatNeverReachTheCollectorAreToldAsLost() throws Exception {
        node.collector.close();
        node.container.start();
        node.create("unreachable", node.spec(Instant.now().plusSeconds(4)));

        NodeTraceStatus over = node.awaitPhase("unreachable", "Finished");
        TraceTotals totals = Objects.requireNonNull(over.totals());
        assertThat(totals.spans()).isZero();
        assertThat(totals.calls()).isPositive();
        assertThat(totals.lost()).as("each call and each process").isGreaterThan(totals.calls());
        assertThat(over.exportFailure()).isNotBlank();
    }

    @Test
    void onlyTheNamedProcessAndItsChildrenAreTraced() throws Exception {
        Process bystander = node.container.start("while :; do sleep 0.05; done");
        node.create(
                "named", node.spec(TestNode.later(), new Profile(null, "^renacer-it", null, null, 20_000, null), null));
        TargetStatus waiting = await().atMost(TestNode.LIMIT)
                .until(
                        () -> node.status("named")
                                .map(TestNode::only)
                                .filter(t -> "ProcessNotMatched".equals(t.reason())),
                        Optional::isPresent)
                .orElseThrow();
        assertThat(waiting.state()).isEqualTo("Waiting");
        assertThat(waiting.message()).contains("^renacer-it").contains("sh");

        Process target = node.container.start("printf renacer-it-app > /proc/$$/comm; while :; do sleep 0.05; done");
        node.awaitTraced(target);
        await().atMost(TestNode.LIMIT)
                .until(() -> node.collector.spans(node.container.containerId()).stream()
                        .anyMatch(span -> span.getName().equals("process: sleep")));
        assertThat(TestContainer.tracerOf(bystander)).isZero();
    }

    @Test
    void onlyFailedCallsBecomeSpansWhereTheProfileSaysSo() throws Exception {
        node.container.start("while :; do cd /nowhere 2>/dev/null; [ -t 0 ]; cd /; sleep 0.05; done < /dev/null");
        node.create(
                "errors",
                node.spec(Instant.now().plusSeconds(5), new Profile(null, null, true, null, 20_000, null), null));
        NodeTraceStatus over = node.awaitPhase("errors", "Finished");
        List<Span> calls = node.collector.spans(node.container.containerId()).stream()
                .filter(span -> span.getName().startsWith("syscall: "))
                .toList();
        assertThat(calls).extracting(Span::getName).contains("syscall: chdir").doesNotContain("syscall: ioctl");
        assertThat(calls)
                .allSatisfy(
                        call -> assertThat(call.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR));
        TraceTotals totals = Objects.requireNonNull(over.totals());
        assertThat(totals.calls()).isGreaterThan(calls.size());
        assertThat(totals.lost()).isZero();
    }

    @Test
    void whatNoOneCallsAnErrorIsOneWhereTheProfileSaysSo() throws Exception {
        node.container.start("while :; do [ -t 0 ]; sleep 0.05; done < /dev/null"); // ENOTTY of ioctl
        Profile all = new Profile(
                null, null, true, null, 20_000, null, null, null, null, Profile.ALL_ERRORS, null, null, null, null);
        node.create("all", node.spec(TestNode.later(), all, null));
        await().atMost(TestNode.LIMIT)
                .until(() -> node.collector.spans(node.container.containerId()).stream()
                        .anyMatch(span -> span.getName().equals("syscall: ioctl")
                                && span.getStatus().getMessage().equals("ENOTTY")));
    }

    @Test
    void aRefusedConnectionIsToldWhereConnectAloneIsAskedFor() throws Exception {
        node.container.start("""
                exec python3 -c "import socket, time
                while True:
                    with socket.socket() as s:
                        s.settimeout(5)
                        s.connect_ex(('127.0.0.1', 1))
                    time.sleep(0.1)"
                """);
        node.create(
                "refused",
                node.spec(TestNode.later(), new Profile(List.of("connect"), null, true, null, 20_000, null), null));
        await().atMost(TestNode.LIMIT)
                .until(() -> node.collector.spans(node.container.containerId()).stream()
                        .anyMatch(span -> span.getName().equals("syscall: connect")
                                && span.getStatus().getMessage().equals("ECONNREFUSED")));
        assertThat(node.collector.spans(node.container.containerId()))
                .extracting(Span::getName)
                .doesNotContain("syscall: getsockopt", "syscall: close");
    }

    @Test
    void credentialsOfASinkAreSentOnceTheirFolderIsThereAndFollowItsChanges() throws Exception {
        Process target = node.container.start();
        node.create("secret", node.spec(TestNode.later(), Profile.everything(20_000), node.name));
        NodeTraceStatus failed = await().atMost(TestNode.LIMIT)
                .until(
                        () -> node.status("secret")
                                .filter(s -> TestNode.only(s).state().equals("Failed")),
                        Optional::isPresent)
                .orElseThrow();
        assertThat(TestNode.only(failed).reason()).isEqualTo("ExportFailed");
        assertThat(failed.exportFailure()).contains("create the Secret");
        assertThat(TestContainer.tracerOf(target)).isZero();

        Path folder = Files.createDirectories(files.resolve("sinks").resolve(node.name));
        Files.writeString(folder.resolve("headers"), "Authorization: Bearer first\n");
        await().atMost(TestNode.LIMIT)
                .until(() -> node.collector.authorizations().contains("Bearer first"));
        Files.writeString(folder.resolve("headers"), "Authorization: Bearer second\n");
        await().atMost(TestNode.LIMIT)
                .until(() -> node.collector.authorizations().contains("Bearer second"));
        assertThat(node.agent().log()).doesNotContain("Bearer");
    }
}
