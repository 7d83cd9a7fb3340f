// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.TestContainer;
import dev.renacer.nodeagent.refusal.RefusedException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A request names the span that its trace continues, and the calls that have no spans. */
class RequestedSpansIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LEAST = 20;
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @Test
    void theProcessAndWhatItStartsAreInTheTraceThatTheRequestNames() throws Exception {
        try (TestContainer container = TestContainer.create()) {
            trace(container, "traceParent: 00-" + TRACE + "-" + SPAN + "-01");
        }

        assertThat(spans).allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(TRACE));
        assertThat(roots())
                .filteredOn(root -> root.getParentSpanId().equals(SPAN))
                .singleElement()
                .satisfies(shell -> assertThat(roots())
                        .filteredOn(root -> root.getName().equals("process: sleep"))
                        .isNotEmpty()
                        .allSatisfy(sleep -> assertThat(sleep.getParentSpanId()).isEqualTo(shell.getSpanId())));
        assertThat(calls())
                .allSatisfy(
                        call -> assertThat(call.getAttributes().get(AttributeKey.stringKey("syscall.parent.source")))
                                .isEqualTo("option"));
    }

    @Test
    void callsThatARuleLeavesOutHaveNoSpansAndAreCounted() throws Exception {
        try (TestContainer container = TestContainer.create()) {
            ContainerTrace.Figures figures =
                    trace(container, "sampling: [{keepSyscalls: [execve]}, {dropSyscalls: [execve, mmap]}]");

            assertThat(Objects.requireNonNull(figures.callFates()).sampled()).isPositive();
        }

        assertThat(calls())
                .extracting(SpanData::getName)
                .contains("syscall: execve")
                .doesNotContain("syscall: mmap");
    }

    @Test
    void aTraceThatNobodyRecordsGetsNoSpansAndItsCallsAreCounted() throws Exception {
        try (TestContainer container = TestContainer.create()) {
            ContainerTrace.Figures figures = trace(
                    container,
                    "traceParent: 00-" + TRACE + "-" + SPAN + "-00",
                    trace -> trace.figures().contexts().unsampledCalls() >= LEAST);

            assertThat(figures.contexts().unsampledCalls())
                    .isEqualTo(Objects.requireNonNull(figures.callFates()).sampled());
        }

        assertThat(spans).isEmpty();
    }

    @Test
    void itGetsThemWhereTheRequestSaysSo() throws Exception {
        try (TestContainer container = TestContainer.create()) {
            ContainerTrace.Figures figures =
                    trace(container, "traceParent: 00-" + TRACE + "-" + SPAN + "-00, unsampled: Keep");

            assertThat(figures.contexts().unsampledCalls()).isZero();
        }

        assertThat(spans).allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(TRACE));
    }

    @Test
    void whatNamesNoSpanIsRefused() {
        assertThatThrownBy(() -> {
                    try (TestContainer container = TestContainer.create()) {
                        trace(container, "traceParent: 00-" + TRACE + "-0000000000000000-01");
                    }
                })
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.refusal().reason()).isEqualTo(Reason.InvalidSpec);
                    assertThat(refused.refusal().message())
                            .startsWith("spec.traceParent: trace parent ")
                            .contains("the span id is all zeros");
                });
    }

    /** A shell that starts others. A JVM cannot trace its own child, whose end its reaper waits for: so it is that one's child. */
    private static ProcessHandle shell(TestContainer container) throws Exception {
        Process parent = container.start("while :; do sleep 0.02; done & wait");
        return Awaitility.await()
                .atMost(LIMIT)
                .until(() -> parent.children().findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    private ContainerTrace.Figures trace(TestContainer container, String profile) throws Exception {
        return trace(
                container,
                profile,
                _ -> calls().size() >= LEAST
                        && roots().stream().anyMatch(root -> root.getName().equals("process: sleep")));
    }

    private ContainerTrace.Figures trace(TestContainer container, String profile, Predicate<ContainerTrace> enough)
            throws Exception {
        ProcessHandle shell = shell(container);
        try {
            return trace(container, shell, profile, enough);
        } finally {
            shell.destroyForcibly();
        }
    }

    private ContainerTrace.Figures trace(
            TestContainer container, ProcessHandle traced, String field, Predicate<ContainerTrace> enough)
            throws Exception {
        Target target = new Target("p", container.podUid(), null, "ns", "main", container.containerId(), null, null);
        CountDownLatch ended = new CountDownLatch(1);
        PtraceTraceOpener.Node node = new PtraceTraceOpener.Node(
                "node",
                new ProcessFinder(Path.of("/proc"), ProcessHandle.current().pid()),
                _ -> {},
                Optional.empty());
        Profile profile = Serialization.unmarshal("--- {maxSpansPerSecond: 100000, " + field + "}", Profile.class);
        ContainerTrace.Parameters parameters =
                new ContainerTrace.Parameters("ns/t", target, () -> new KeepingPipeline(spans), profile);
        try (PtraceTraceOpener opener = new PtraceTraceOpener(node);
                ContainerTrace trace = opener.open(parameters, LIMIT, ended::countDown)) {
            trace.attach((int) traced.pid());
            Awaitility.await().atMost(LIMIT).until(() -> enough.test(trace));
            trace.stop();
            assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return trace.figures();
        }
    }

    private List<SpanData> calls() {
        return spans.stream()
                .filter(span -> span.getName().startsWith("syscall: "))
                .toList();
    }

    private List<SpanData> roots() {
        return spans.stream()
                .filter(span -> span.getName().startsWith("process: "))
                .toList();
    }
}
