// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Source locations by the real agent, with the capabilities that the chart gives it. Root is needed. */
@Tag(RealApiServer.TAG)
class AgentSourceLocationsIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final Profile LOCATED =
            new Profile(null, null, null, null, 20_000, null, null, null, true, null, null, null, null, null);

    @TempDir
    private static Path files;

    private final TestNode node;

    AgentSourceLocationsIT() throws IOException {
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
    void callsNameTheirPlaceInTheSourceAndWhatFindsItIsConfinedAndEndsWithTheTrace() throws Exception {
        node.confineAgent();
        Process target = node.container.start("exec " + compiled("loop.c", """
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
        node.create("located", node.spec(TestNode.later(), LOCATED, null));
        await().atMost(TestNode.LIMIT)
                .until(() -> node.collector.spans(node.container.containerId()).stream()
                        .anyMatch(span -> span.getName().equals("syscall: write")
                                && attribute(span, "code.file.path").isPresent()));

        Span located = node.collector.spans(node.container.containerId()).stream()
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
        List<ProcessHandle> unwinders = node.agent().children();
        assertThat(unwinders).hasSize(1);
        assertThat(Files.readAllLines(
                        Path.of("/proc", Long.toString(unwinders.getFirst().pid()), "status")))
                .contains("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "Seccomp:\t2");

        node.trace("located").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        node.awaitPhase("located", "Finished");
        assertThat(node.agent().children()).isEmpty();
        assertThat(target.isAlive()).isTrue();
    }

    private static Optional<AnyValue> attribute(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(KeyValue::getValue)
                .findFirst();
    }

    /** The path of a program made of this source, with debug information. */
    private static Path compiled(String name, String source) throws IOException, InterruptedException {
        Path file = Files.writeString(files.resolve(name), source);
        Path program = files.resolve(name + ".program");
        Process gcc = new ProcessBuilder("gcc", "-g", "-o", program.toString(), file.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        return program;
    }
}
