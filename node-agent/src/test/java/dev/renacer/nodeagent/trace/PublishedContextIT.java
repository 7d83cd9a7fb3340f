// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.TestContainer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container's program publishes for which span its threads work (OTEP 4947), and did so before it was attached to. */
class PublishedContextIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LEAST = 20;
    private static final String NAMES = "maxSpansPerSecond: 100000, arguments: Names";

    /** What a thread works for is told by the file that it looks for. */
    private static final String PROGRAM = """
            #include <pthread.h>
            #include <stdint.h>
            #include <string.h>
            #include <unistd.h>
            struct record { uint8_t trace[16], span[8], valid, flags; uint16_t size; };
            __thread const volatile void *volatile otel_thread_ctx_v1;
            static void *work(void *of) {
                struct record record = {.valid = 1, .flags = RECORDED};
                memset(record.trace, *(char *)of, sizeof record.trace);
                memset(record.span, *(char *)of + 1, sizeof record.span);
                for (;;) {
                    otel_thread_ctx_v1 = &record;
                    access(*(char *)of == 0x11 ? "/nonexistent/11" : "/nonexistent/33", F_OK);
                    otel_thread_ctx_v1 = NULL;
                    access("/nonexistent/none", F_OK);
                    usleep(5000);
                }
                return NULL;
            }
            int main(void) {
                pthread_t id;
                pthread_create(&id, NULL, work, "\\x33");
                work("\\x11");
            }
            """;

    @TempDir
    Path folder = Path.of("");

    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @Test
    void callsAreChildrenOfTheSpansThatTheirThreadsHavePublished() throws Exception {
        traced(1, NAMES, () -> lookups("11").size() >= LEAST && lookups("33").size() >= LEAST);

        assertThat(lookups("11")).allSatisfy(call -> {
            assertThat(call.getTraceId()).isEqualTo("11".repeat(16));
            assertThat(call.getParentSpanId()).isEqualTo("12".repeat(8));
            assertThat(source(call)).isEqualTo("thread_context");
        });
        assertThat(lookups("33")).allSatisfy(call -> {
            assertThat(call.getTraceId()).isEqualTo("33".repeat(16));
            assertThat(call.getParentSpanId()).isEqualTo("34".repeat(8));
            assertThat(source(call)).isEqualTo("thread_context");
        });
        assertThat(spans)
                .filteredOn(span -> span.getName().startsWith("process: "))
                .anySatisfy(root -> assertThat(
                                root.getAttributes().get(AttributeKey.doubleKey("renacer.time.blocked.sleep")))
                        .isPositive());
        assertThat(lookups("none"))
                .isNotEmpty()
                .allSatisfy(call -> assertThat(source(call)).isEqualTo("process"));
    }

    @Test
    void callsForTracesThatTheApplicationDoesNotRecordAreLeftOutAndCounted() throws Exception {
        ContainerTrace.Figures figures = traced(0, NAMES, () -> lookups("none").size() >= LEAST);

        assertThat(lookups("11")).isEmpty();
        assertThat(lookups("33")).isEmpty();
        assertThat(figures.contexts().unsampledCalls())
                .isPositive()
                .isEqualTo(Objects.requireNonNull(figures.callFates()).sampled());
    }

    @Test
    void theyHaveSpansWhereTheRequestSaysSo() throws Exception {
        ContainerTrace.Figures figures = traced(
                0,
                NAMES + ", unsampled: Keep",
                () -> lookups("11").size() >= LEAST && lookups("33").size() >= LEAST);

        assertThat(lookups("11"))
                .allSatisfy(call -> assertThat(call.getTraceId()).isEqualTo("11".repeat(16)));
        assertThat(Objects.requireNonNull(figures.callFates()).sampled()).isZero();
    }

    /** Traces the program, whose contexts have this flag, until enough is seen. */
    private ContainerTrace.Figures traced(int recorded, String profile, Callable<Boolean> enough) throws Exception {
        try (TestContainer container = TestContainer.create()) {
            // A JVM cannot trace its own child: its reaper waits for it.
            Process parent = container.start(program(recorded) + " & wait");
            ProcessHandle traced = Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> parent.children().findFirst(), Optional::isPresent)
                    .orElseThrow();
            try {
                Path executable = Path.of("/proc/" + traced.pid() + "/exe");
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> Files.readSymbolicLink(executable).equals(folder.resolve("program")));
                return trace(container, traced, profile, enough);
            } finally {
                traced.destroyForcibly();
            }
        }
    }

    private Path program(int recorded) throws Exception {
        Path source = Files.writeString(folder.resolve("program.c"), PROGRAM);
        Path program = folder.resolve("program");
        Process gcc = new ProcessBuilder(
                        "gcc",
                        "-pthread",
                        "-DRECORDED=" + recorded,
                        "-Wl,--export-dynamic-symbol=otel_thread_ctx_v1",
                        "-o",
                        program.toString(),
                        source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        return program;
    }

    private ContainerTrace.Figures trace(
            TestContainer container, ProcessHandle traced, String profile, Callable<Boolean> enough) throws Exception {
        Target target = new Target("p", container.podUid(), null, "ns", "main", container.containerId(), null, null);
        CountDownLatch ended = new CountDownLatch(1);
        PtraceTraceOpener.Node node = new PtraceTraceOpener.Node(
                "node",
                new ProcessFinder(Path.of("/proc"), ProcessHandle.current().pid()),
                _ -> {},
                Optional.empty());
        ContainerTrace.Parameters parameters = new ContainerTrace.Parameters(
                "ns/t",
                target,
                () -> new KeepingPipeline(spans),
                Serialization.unmarshal("--- {" + profile + "}", Profile.class));
        try (PtraceTraceOpener opener = new PtraceTraceOpener(node);
                ContainerTrace trace = opener.open(parameters, LIMIT, ended::countDown)) {
            trace.attach((int) traced.pid());
            Awaitility.await().atMost(LIMIT).until(enough);
            trace.stop();
            assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return trace.figures();
        }
    }

    private List<SpanData> lookups(String file) {
        return spans.stream()
                .filter(span ->
                        ("/nonexistent/" + file).equals(span.getAttributes().get(AttributeKey.stringKey("file.path"))))
                .toList();
    }

    private static String source(SpanData call) {
        return call.getAttributes().get(AttributeKey.stringKey("syscall.parent.source"));
    }
}
