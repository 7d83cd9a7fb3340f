// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.quickstart.otlp.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each line of a {@code sh} block in the README and below docs/ is run: cluster commands against the quickstart as {@code KEEP=1}
 * leaves it, the others as they stand, with a receiver of this test in the place of the documented collector. Make targets are only
 * looked up: the tests of the quickstart and {@code make test} itself run them. What needs a real cluster stands in blocks
 * {@code sh cluster} ({@link ClusterCommandsTest}).
 */
class DocumentedCommandsIT {
    private static final Path CHECKOUT = DocumentedCommands.CHECKOUT;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path scratch;

    private static OtlpReceiver receiver;
    private static Process quickstart;

    @BeforeAll
    static void startReceiverAndQuickstart() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("NOT RUN: tracing needs root")
                .isEqualTo("root");
        receiver = OtlpReceiver.start();
        Files.createSymbolicLink(scratch.resolve("bin"), CHECKOUT.resolve("bin"));
        Files.createSymbolicLink(scratch.resolve("docs"), CHECKOUT.resolve("docs"));
        ProcessBuilder builder = new ProcessBuilder(
                        CHECKOUT.resolve("libexec/quickstart").toString())
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("quickstart.log").toFile());
        builder.environment().put("KEEP", "1");
        quickstart = builder.start();
        await().atMost(PATIENCE).until(() -> !quickstart.isAlive() || story().contains("export KUBECONFIG="));
        assertThat(quickstart.isAlive()).as(story()).isTrue();
    }

    @AfterAll
    static void endQuickstart() throws InterruptedException {
        if (quickstart != null) {
            quickstart.destroy();
            if (!quickstart.waitFor(30, TimeUnit.SECONDS)) {
                quickstart.destroyForcibly().waitFor();
            }
        }
        if (receiver != null) {
            receiver.close();
        }
    }

    static Stream<String> commands() throws IOException {
        return documented().stream().filter(command -> !command.startsWith("make "));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aDocumentedCommandDoesWhatItSays(String command) throws IOException, InterruptedException {
        if (command.startsWith("kubectl ")) {
            assumeThat(run("command -v kubectl").code())
                    .as("NOT RUN: no kubectl on the PATH")
                    .isZero();
        }
        long before = receiver.received();
        // The documented ports tell the protocol; the ports of this test do not.
        Map<String, String> protocol =
                command.contains(":4318") ? Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf") : Map.of();
        Outcome outcome = run(
                command.replace("http://127.0.0.1:4317", receiver.grpcEndpoint())
                        .replace("http://127.0.0.1:4318", receiver.httpEndpoint()),
                protocol);
        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output()).doesNotContain("[renacer:");
        if (command.contains("--otlp-endpoint")) {
            assertThat(receiver.received()).as("spans received").isGreaterThan(before);
        }
    }

    @Test
    void eachDocumentedMakeTargetExists() throws IOException, InterruptedException {
        List<String> targets = documented().stream()
                .filter(command -> command.startsWith("make "))
                .toList();
        assertThat(targets).contains("make quickstart", "make test");
        for (String target : targets) {
            Outcome outcome = run(target.replace("make ", "make -n -C " + CHECKOUT + " "));
            assertThat(outcome.code()).as(target + ": " + outcome.output()).isZero();
        }
    }

    private record Outcome(int code, String output) {}

    private static Outcome run(String command) throws IOException, InterruptedException {
        return run(command, Map.of());
    }

    private static Outcome run(String command, Map<String, String> more) throws IOException, InterruptedException {
        Path output = Files.createTempFile(scratch, "command", ".txt");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.put(
                "KUBECONFIG", CHECKOUT.resolve("target/quickstart/kubeconfig").toString());
        environment.putAll(more);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return new Outcome(-1, command + " did not end within " + PATIENCE + "\n" + Files.readString(output));
        }
        return new Outcome(process.exitValue(), command + "\n" + Files.readString(output));
    }

    private static List<String> documented() throws IOException {
        return DocumentedCommands.ofAll("sh");
    }

    private static String story() throws IOException {
        return Files.readString(scratch.resolve("quickstart.log"));
    }
}
