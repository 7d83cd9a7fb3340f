// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.AttachedRun;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program publishes what it is (OTEP 4719), and its spans say so. */
class PublishedResourceIT {
    private static final Path PROGRAM =
            Launchers.compiled("native/src/test/c/tracees/contexts/publishing.c", List.of());

    @Test
    void spansAreOfTheServiceThatTheProgramSaysItIs() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, List.of());

            assertThat(instances(receiver, "syscall: getppid"))
                    .containsExactlyInAnyOrder("renacer/", "shop/one", "shop/two");
            assertThat(instances(receiver, "process: publishing")).containsExactly("shop/two");
            assertThat(receiver.resources())
                    .noneMatch(
                            spans -> attribute(spans.getResource(), "host.name").equals("not-this-host"));
        }
    }

    @Test
    void whatSomebodyHasNamedStaysWhatTheyCallIt() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, List.of("--otlp-service-name", "demo"));

            assertThat(instances(receiver, "syscall: getppid"))
                    .containsExactlyInAnyOrder("demo/", "demo/one", "demo/two");
        }
    }

    @Test
    void contextsOfThreadsThatAreAnnouncedAndNotFoundAreTold() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.renacer(
                    "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl(), "--", PROGRAM.toString(), "announce");

            assertThat(run.errLines())
                    .anyMatch(line -> line.startsWith("renacer: 1 program publishes about the threads (OTEP 4947)"));
        }
    }

    @Test
    void aReplayHasTheSameResources(@TempDir Path folder) throws IOException {
        String recording = folder.resolve("t.rnc").toString();
        Run.renacer("record", "-o", recording, "-e", "trace=getppid", "--", PROGRAM.toString());
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run replay = Run.renacer("replay", recording, "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl());
            assertThat(replay.code()).as(replay.err()).isZero();

            assertThat(instances(receiver, "syscall: getppid"))
                    .containsExactlyInAnyOrder("renacer/", "shop/one", "shop/two");
        }
    }

    @Test
    void whatWasPublishedBeforeTheAttachIsFound(@TempDir Path folder) throws IOException, InterruptedException {
        Process program = new ProcessBuilder(PROGRAM.toString(), "wait").start();
        try (OtlpReceiver receiver = new OtlpReceiver();
                var lines = program.inputReader();
                var go = program.outputWriter()) {
            assertThat(lines.readLine()).isEqualTo("published");
            try (AttachedRun renacer =
                    AttachedRun.attach(program, folder, "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl())) {
                go.write('\n');
                go.flush();
                assertThat(renacer.await()).as(renacer.err()).isZero();
            }
            assertThat(instances(receiver, "syscall: getppid")).containsExactlyInAnyOrder("shop/one", "shop/two");
        } finally {
            program.destroyForcibly();
        }
    }

    private static void trace(OtlpReceiver receiver, List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-o", "/dev/null", "-e", "trace=getppid", "--otlp-endpoint", receiver.grpcUrl()));
        arguments.addAll(more);
        arguments.addAll(List.of("--", PROGRAM.toString()));
        Run run = Run.of(Launchers.command("renacer", arguments));
        assertThat(run.code()).as(run.err()).isZero();
    }

    /** Service and instance of each span of this name. */
    private static List<String> instances(OtlpReceiver receiver, String name) {
        return receiver.resources().stream()
                .flatMap(spans -> named(spans, name)
                        .map(_ -> attribute(spans.getResource(), "service.name") + "/"
                                + attribute(spans.getResource(), "service.instance.id")))
                .toList();
    }

    private static Stream<String> named(ResourceSpans spans, String name) {
        return spans.getScopeSpansList().stream()
                .flatMap(scope -> scope.getSpansList().stream())
                .map(span -> span.getName())
                .filter(name::equals);
    }

    private static String attribute(Resource resource, String key) {
        return resource.getAttributesList().stream()
                .filter(pair -> pair.getKey().equals(key))
                .map(pair -> pair.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }
}
