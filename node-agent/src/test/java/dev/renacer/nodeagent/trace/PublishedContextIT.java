// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.TestContainer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private static final Profile NAMES =
            new Profile(null, null, null, null, 100_000, null, null, null, null, null, "Names", null, null, null);

    /** What a thread works for is told by the file that it looks for. */
    private static final String PROGRAM = """
            #include <pthread.h>
            #include <stdint.h>
            #include <string.h>
            #include <unistd.h>
            struct record { uint8_t trace[16], span[8], valid, flags; uint16_t size; };
            __thread const volatile void *volatile otel_thread_ctx_v1;
            static void *work(void *of) {
                struct record record = {.valid = 1, .flags = 1};
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
        try (TestContainer container = TestContainer.create()) {
            // A JVM cannot trace its own child: its reaper waits for it.
            Process parent = container.start(program() + " & wait");
            ProcessHandle traced = Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> parent.children().findFirst(), Optional::isPresent)
                    .orElseThrow();
            try {
                Path executable = Path.of("/proc/" + traced.pid() + "/exe");
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> Files.readSymbolicLink(executable).equals(folder.resolve("program")));
                trace(container, traced);
            } finally {
                traced.destroyForcibly();
            }
        }

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

    private Path program() throws Exception {
        Path source = Files.writeString(folder.resolve("program.c"), PROGRAM);
        Path program = folder.resolve("program");
        Process gcc = new ProcessBuilder(
                        "gcc",
                        "-pthread",
                        "-Wl,--export-dynamic-symbol=otel_thread_ctx_v1",
                        "-o",
                        program.toString(),
                        source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        return program;
    }

    private void trace(TestContainer container, ProcessHandle traced) throws Exception {
        Target target = new Target("p", container.podUid(), null, "ns", "main", container.containerId(), null, null);
        CountDownLatch ended = new CountDownLatch(1);
        PtraceTraceOpener.Node node = new PtraceTraceOpener.Node(
                "node",
                new ProcessFinder(Path.of("/proc"), ProcessHandle.current().pid()),
                _ -> {},
                Optional.empty());
        ContainerTrace.Parameters parameters =
                new ContainerTrace.Parameters("ns/t", target, () -> new KeepingPipeline(spans), NAMES);
        try (PtraceTraceOpener opener = new PtraceTraceOpener(node);
                ContainerTrace trace = opener.open(parameters, LIMIT, ended::countDown)) {
            trace.attach((int) traced.pid());
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> lookups("11").size() >= LEAST && lookups("33").size() >= LEAST);
            trace.stop();
            assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
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
