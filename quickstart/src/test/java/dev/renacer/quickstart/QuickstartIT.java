// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole quickstart, as a reader runs it. */
class QuickstartIT {
    @TempDir
    Path folder;

    @BeforeEach
    void rootIsNeeded() throws IOException {
        assumeTrue(RootHelper.isRoot(), "not root: the quickstart was not run (it makes a cgroup and traces)");
    }

    @Test
    void itsLastLinesProveWhatItClaimsAndNothingStays() throws Exception {
        Run run = quickstart();

        assertThat(run.exitCode()).as(run.said()).isZero();
        List<String> lines = run.said().lines().toList();
        assertThat(lines.getFirst()).contains("stand-in");
        assertThat(lines.subList(lines.size() - 6, lines.size()))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("the workload is alive and untraced again"),
                        line -> assertThat(line)
                                .matches("trace [0-9a-f]{32}: 1 root, [0-9,]{3,} children whose parent is the root"),
                        line -> assertThat(line).isEqualTo("0 children outside their root's time"),
                        line -> assertThat(line)
                                .isEqualTo("the resource names pod and container: "
                                        + String.join(" ", Proof.RESOURCE_ATTRIBUTES)),
                        line -> assertThat(line).matches("([0-9,]+) spans arrived, status says \\1"),
                        line -> assertThat(line).isEqualTo("lost 0"));
        assertThat(run.said())
                .contains("Tracing   = True", "first span at the receiver")
                .doesNotContain("\u001b[");
        String cgroup = lines.stream()
                .map(String::strip)
                .filter(line -> line.startsWith("/sys/fs/cgroup/"))
                .findFirst()
                .orElseThrow();
        assertThat(Path.of(cgroup)).doesNotExist();
        assertThat(processesNaming(Checkout.root().resolve("target/quickstart").toString()))
                .as("processes left behind")
                .isEmpty();
    }

    @Test
    void asSecondOfItsCheckoutIsRefusedAndLeavesTheFirstAlone() throws Exception {
        Path files = Files.createDirectories(Checkout.root().resolve("target/quickstart"));
        String lock = files.resolve("lock").toString();
        List<String> before = kubeconfig(files);

        Run run = quickstart("flock", "-n", lock, "sh", "-c", "echo 4711 >\"$0\"; exec \"$1\"", lock);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said())
                .isEqualTo("quickstart: another one is running in this checkout (process 4711), kept by KEEP=1 perhaps;"
                        + " end it with Ctrl-C, or run this one in another checkout\n");
        assertThat(kubeconfig(files)).isEqualTo(before);
    }

    /** Ctrl-C reaches all processes of the foreground group at once. */
    @Test
    void anInterruptIsNotCalledAFaultAndLeavesNothing() throws Exception {
        Process process = command("setsid").redirectErrorStream(true).start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            boolean interrupted = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (!interrupted && line.contains("Tracing   = True")) {
                    interrupted = true;
                    new ProcessBuilder("kill", "-INT", "--", "-" + process.pid())
                            .inheritIO()
                            .start()
                            .waitFor();
                }
            }
            assertThat(interrupted).as(said.toString()).isTrue();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it ended").isTrue();
        } finally {
            process.destroy();
        }

        assertThat(said.toString()).doesNotContain("ended by itself", "quickstart: ", "Exception");
        assertThat(process.exitValue()).as("as a shell tells a SIGINT").isEqualTo(130);
        assertThat(processesNaming(Checkout.root().resolve("target/quickstart").toString()))
                .as("processes left behind")
                .isEmpty();
    }

    /** Its lines; empty if there is none. */
    private static List<String> kubeconfig(Path files) throws IOException {
        Path file = files.resolve("kubeconfig");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private record Run(int exitCode, String said) {}

    /** Runs it, as the argument of another command if one is given. */
    private Run quickstart(String... before) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Process process = command(before)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ended").isTrue();
        } finally {
            process.destroy();
        }
        return new Run(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }

    private static ProcessBuilder command(String... before) {
        List<String> words = new ArrayList<>(List.of(before));
        words.add(Checkout.root().resolve("libexec/quickstart").toString());
        ProcessBuilder command = new ProcessBuilder(words);
        command.environment().keySet().removeAll(List.of("KEEP", "OTLP_ENDPOINT", "KUBECONFIG"));
        return command;
    }

    private static List<String> processesNaming(String path) {
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            return processes
                    .flatMap(process -> process.info().commandLine().stream())
                    .filter(line -> line.contains(path))
                    .toList();
        }
    }
}
