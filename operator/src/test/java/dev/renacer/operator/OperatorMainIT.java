// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as an admin starts it wrongly: one line that says why and what to do. */
class OperatorMainIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void aKubeconfigThatIsNotThere() throws Exception {
        Outcome outcome = run(Map.of("KUBECONFIG", "/nonexistent/kubeconfig"));

        assertThat(outcome)
                .isEqualTo(new Outcome(
                        2,
                        "renacer-operator: KUBECONFIG names /nonexistent/kubeconfig, which cannot be read: name a"
                                + " kubeconfig, or unset it in a pod\n"));
    }

    @Test
    void noApiServerKnown() throws Exception {
        assertThat(run(Map.of()))
                .isEqualTo(new Outcome(
                        2,
                        "renacer-operator: no API server is known: set KUBECONFIG to a kubeconfig, or run the"
                                + " operator in a pod\n"));
    }

    @Test
    void aConfigurationWithAFault() throws Exception {
        Path file = Files.writeString(folder.resolve("config.yaml"), "defaultSink: {endpoint: collector}");

        Outcome outcome = run(Map.of("RENACER_CONFIG", file.toString()));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors())
                .startsWith("renacer-operator: " + file + ": defaultSink.endpoint: \"collector\" does not match")
                .hasLineCount(1);
    }

    @Test
    void anApiServerThatDoesNotAnswer() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            users: [{name: u, user: {}}]
            """.formatted(port));

        Outcome outcome = run(Map.of("KUBECONFIG", kubeconfig.toString()));

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors().lines().toList())
                .last()
                .asString()
                .startsWith("renacer-operator: the API server does not answer: check KUBECONFIG (");
    }

    @Test
    void aThreadThatDiesEndsTheProcess() throws Exception {
        Outcome outcome = run(Map.of(), DyingProcess.class.getName(), "thread");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors())
                .startsWith("renacer-operator: thread worker has died; ending, to be restarted:"
                        + " java.lang.IllegalStateException: out of luck at " + DyingProcess.class.getName() + ".fail(")
                .hasLineCount(1);
    }

    @Test
    void withoutMemoryTheProcessEnds() throws Exception {
        Path options = Path.of("..", "libexec", "operator.jvm-options").toAbsolutePath();

        assertThat(run(Map.of(), "@" + options, DyingProcess.class.getName(), "memory")
                        .exitCode())
                .isEqualTo(3);
    }

    private record Outcome(int exitCode, String errors) {}

    private Outcome run(Map<String, String> environment) throws IOException, InterruptedException {
        return run(environment, OperatorMain.class.getName());
    }

    private Outcome run(Map<String, String> environment, String... program) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + folder,
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(program));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(errors.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("RENACER_") || name.startsWith("KUBE"));
        builder.environment().put("RENACER_HTTP_PORT", "0");
        builder.environment().putAll(environment);
        int exitCode = builder.start().waitFor();
        return new Outcome(exitCode, Files.readString(errors, StandardCharsets.UTF_8));
    }
}
