// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code libexec/maven-steps} with a script in the place of Maven, which waits where a test wants to look. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MavenStepsTest {
    private static final String WAIT = "read -r";

    @TempDir
    Path folder;

    @Test
    void aModuleIsToldWhileItIsBuiltAndItsTimeAfterwards() throws Exception {
        try (Run run = start(
                "echo '[INFO] Building Renacer tracer 0.1.0-SNAPSHOT          [3/12]'",
                "echo '[INFO] --- compiler:3.16.0:compile (default-compile) @ renacer-tracer ---'",
                WAIT,
                "echo '[INFO] Reactor Summary for Renacer 0.1.0-SNAPSHOT:'")) {
            assertThat(run.line())
                    .isEqualTo("build: the first time takes some minutes; what Maven says is in " + log());
            run.untilItSays("build: Renacer tracer (3 of 12) ...");
            assertThat(run.process().isAlive()).isTrue();

            run.goOn();

            assertThat(run.line()).matches("build:   \\d+ s");
            assertThat(run.line()).matches("build: done in \\d+ s");
            assertThat(run.rest()).isEmpty();
            assertThat(run.process().waitFor()).isZero();
        }
    }

    @Test
    void theCoreIsAStepOfItsOwn() throws Exception {
        try (Run run = start(
                "echo '[INFO] Building Renacer capture core 0.1.0-SNAPSHOT          [2/12]'",
                "echo '[INFO] --- exec:3.6.4:exec (build-native) @ renacer-native ---'",
                WAIT,
                "echo '[INFO] --- compiler:3.16.0:compile (default-compile) @ renacer-native ---'",
                WAIT)) {
            run.untilItSays("build: Renacer capture core (2 of 12): C ...");
            run.goOn();
            run.untilItSays("build: Renacer capture core (2 of 12): Java ...");
        }
    }

    @Test
    void aLineThatComesInTwoPiecesIsOneLine() throws Exception {
        try (Run run = start(
                "printf '[INFO] Building Renacer cap'",
                WAIT,
                "echo 'ture core 0.1.0-SNAPSHOT          [2/12]'",
                WAIT)) {
            run.untilItSays("build: Maven reads the modules ...");
            run.goOn();
            run.untilItSays("build: Renacer capture core (2 of 12) ...");
        }
    }

    @Test
    void anInterruptedBuildIsNotAFailedOne() throws Exception {
        try (Run run = start("exit 130")) {
            List<String> lines = run.rest();

            assertThat(run.process().waitFor()).isEqualTo(130);
            assertThat(lines).last().asString().matches("build: interrupted after \\d+ s");
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsSaidBeforeAnythingIsBuilt() throws Exception {
        Files.createDirectories(log());
        try (Run run = start("echo built")) {
            List<String> lines = run.rest();

            assertThat(run.process().waitFor()).isEqualTo(1);
            assertThat(lines)
                    .singleElement()
                    .asString()
                    .startsWith("build: " + log() + " cannot be written by this user");
        }
    }

    @Test
    void whatIsQuickHasNoLine() throws Exception {
        try (Run run =
                start("for n in {1..12}; do echo \"[INFO] Building Renacer $n 0.1.0-SNAPSHOT  [$n/12]\"; done")) {
            List<String> lines = run.rest();

            assertThat(lines.getFirst()).startsWith("build: the first time takes some minutes");
            assertThat(lines.getLast()).matches("build: done in \\d+ s");
            assertThat(lines).hasSizeLessThan(12);
        }
    }

    @Test
    void whatFailedIsShownAndItsExitCodeKept() throws Exception {
        try (Run run = start(
                "for n in {1..100}; do echo \"line $n\"; done", "echo 'gcc: told on standard error' >&2", "exit 3")) {
            List<String> lines = run.rest();

            assertThat(run.process().waitFor()).isEqualTo(3);
            assertThat(lines)
                    .anyMatch(line ->
                            line.matches("build: failed after \\d+ s with exit code 3; the end of " + log() + ":"))
                    .contains("line 100", "gcc: told on standard error")
                    .doesNotContain("line 40");
            assertThat(Files.readAllLines(log())).hasSize(101).contains("line 1");
        }
    }

    @Test
    void withoutACommandItTellsItsUsage() throws Exception {
        try (Run run = Run.of(log().toString())) {
            assertThat(run.rest()).containsExactly("maven-steps: usage: libexec/maven-steps LOG MAVEN ARGUMENT...");
            assertThat(run.process().waitFor()).isEqualTo(2);
        }
    }

    /** Starts it, with a Maven that does this. */
    private Run start(String... lines) throws IOException {
        Path maven = folder.resolve("mvn");
        Files.writeString(maven, "#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Run.of(log().toString(), maven.toString());
    }

    private Path log() {
        return folder.resolve("logs/build.log");
    }

    private record Run(Process process, BufferedReader said) implements AutoCloseable {
        static Run of(String... arguments) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            Checkout.root().resolve("libexec/maven-steps").toString())
                    .redirectErrorStream(true);
            builder.command().addAll(List.of(arguments));
            Process process = builder.start();
            return new Run(process, process.inputReader(StandardCharsets.UTF_8));
        }

        /** Its next line; empty at the end. */
        String line() throws IOException {
            String line = said.readLine();
            return line == null ? "" : line;
        }

        List<String> rest() {
            return said.lines().toList();
        }

        void untilItSays(String wanted) throws IOException {
            String line = line();
            while (!line.isEmpty() && !line.equals(wanted)) {
                line = line();
            }
            assertThat(line).isEqualTo(wanted);
        }

        /** Ends a wait of the script. */
        void goOn() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        /** Ends the script: what it still waits for is the end of its input. */
        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            said.lines().forEach(_ -> {});
        }
    }
}
