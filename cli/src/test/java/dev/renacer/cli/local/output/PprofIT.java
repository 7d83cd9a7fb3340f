// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --format pprof} read back by {@code go tool pprof}. */
class PprofIT {
    private static final Optional<String> GO = Stream.concat(
                    Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)), Stream.of("/usr/local/go/bin"))
            .map(folder -> Path.of(folder, "go"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();

    @TempDir
    Path folder = Path.of("");

    private String profile = "";

    @BeforeEach
    void needsGo() {
        assumeTrue(GO.isPresent(), "there is no go, whose 'go tool pprof' reads profiles");
        profile = folder.resolve("t.pb.gz").toString();
    }

    @Test
    void callsAndErrorsAreThoseOfTheProgram() {
        Run run = Run.renacer(
                "-f",
                "--format",
                "pprof=" + profile,
                "-e",
                "trace=mkdir,rmdir",
                "--",
                "sh",
                "-c",
                "mkdir /tmp; exit 3");
        assertThat(run.code()).isEqualTo(3);

        assertThat(pprof("-top", "-sample_index=syscalls")).containsPattern("(?m)^ +1 +100% +100% +1 +100% +mkdir$");
        assertThat(pprof("-top", "-sample_index=errors")).containsPattern("(?m)^ +1 +100% +100% +1 +100% +mkdir$");
        assertThat(pprof("-tags", "-sample_index=errors"))
                .containsPattern("errno: Total 1(\\.0)?\\s.*\\s+1(\\.0)? \\(.*\\): EEXIST")
                .contains(": mkdir");
    }

    @Test
    void stacksLeadToTheCall() {
        String program = folder.resolve("stacks").toString();
        Path source = Launchers.repository().resolve("cli/src/test/programs/source/stacks.c");
        Run gcc = Run.of(List.of("gcc", "-g", "-O0", "-pthread", "-o", program, source.toString()));
        assertThat(gcc.code()).as(gcc.err()).isZero();
        Run.renacer("-k", "--format", "pprof=" + profile, "-e", "trace=write", "--", program);

        assertThat(pprof("-traces", "-sample_index=syscalls"))
                .containsPattern("(?s) 1 +write\\n.* inner\\n.* main\\n.* process stacks\\n");
    }

    private String pprof(String... arguments) {
        List<String> command = Stream.concat(
                        Stream.concat(Stream.of(GO.orElseThrow(), "tool", "pprof"), Stream.of(arguments)),
                        Stream.of(profile))
                .toList();
        Run run = Run.of(command);
        assertThat(run.code()).as(run.err()).isZero();
        return run.out();
    }
}
