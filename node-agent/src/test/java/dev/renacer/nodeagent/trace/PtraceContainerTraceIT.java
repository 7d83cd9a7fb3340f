// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.TestContainer;
import dev.renacer.tracer.export.OtlpPipeline;
import dev.renacer.tracer.export.SpanSink;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A container's trace by the real engine. */
class PtraceContainerTraceIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void anAgentThatFailsAtACallSaysSoCountsWhatFollowsAndLetsTheProcessGo() throws Exception {
        try (TestContainer container = TestContainer.create()) {
            // A JVM cannot trace its own child: its reaper waits for it.
            Process parent = container.start("sh -c 'while :; do cd /; cd /tmp; sleep 0.05; done' & wait");
            ProcessHandle traced = Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> parent.children().findFirst(), Optional::isPresent)
                    .orElseThrow();
            Target target =
                    new Target("p", container.podUid(), null, "ns", "main", container.containerId(), null, null);
            ContainerTrace.Parameters plan =
                    new ContainerTrace.Parameters("ns/t", target, FailingPipeline::new, Profile.everything(100_000));
            CountDownLatch ended = new CountDownLatch(1);
            PtraceTraceOpener.Node node = new PtraceTraceOpener.Node(
                    "node",
                    new ProcessFinder(Path.of("/proc"), ProcessHandle.current().pid()),
                    _ -> {},
                    Optional.empty());
            try (PtraceTraceOpener opener = new PtraceTraceOpener(node);
                    ContainerTrace trace = opener.open(plan, LIMIT, ended::countDown)) {
                trace.attach((int) traced.pid());
                Awaitility.await().atMost(LIMIT).until(() -> trace.failure().isPresent());
                Awaitility.await().atMost(LIMIT).until(() -> trace.losses().agent() > 1);
                assertThat(trace.failure().orElseThrow()).hasMessage("as this test wants it");

                trace.stop();
                assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(trace.figures().lost())
                        .isGreaterThanOrEqualTo(trace.losses().agent());
                assertThat(traced.isAlive()).isTrue();
            } finally {
                traced.destroyForcibly();
            }
        }
    }

    private record FailingPipeline() implements OtlpPipeline {
        @Override
        public SpanSink target(String name) {
            return new FailingSink();
        }

        @Override
        public Optional<String> lastFailure() {
            return Optional.empty();
        }

        @Override
        public boolean flush(Duration deadline) {
            return true;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private record FailingSink() implements SpanSink {
        @Override
        public boolean offer(SpanData span) {
            throw new IllegalStateException("as this test wants it");
        }

        @Override
        public void overBudget() {
            // Not counted here.
        }

        @Override
        public Counts counts() {
            return new Counts(0, 0, 0, 0, 0, 0);
        }

        @Override
        public void giveUp() {
            // Nothing waits.
        }
    }
}
