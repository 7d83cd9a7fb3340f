// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where {@code -o} writes but for a file of that name. */
class OutputTargetsIT {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"|", "!"})
    void aCommandGetsTheTraceAndIsWaitedFor(String sign) throws IOException {
        Path file = folder.resolve("whole");
        Run run = Run.renacer("-o", sign + "sleep 1; cat >'" + file + "'; echo done", "--", "sh", "-c", "exit 4");
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).isEqualTo("done\n");
        assertThat(Files.readString(file)).startsWith("execve(").endsWith("+++ exited with 4 +++\n");
    }

    @Test
    void aCommandThatFailsIsToldAndTheExitCodeStaysThePrograms() {
        Run run = Run.renacer("-o", "|cat >/dev/null; exit 9", "--", "true");
        assertThat(run.err())
                .isEqualTo("renacer: the command of -o, 'cat >/dev/null; exit 9', ended with exit code 9\n");
        assertThat(run.code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"|head -n 1", "/dev/full"})
    void anAttachedProcessIsLetGoWhenItsTraceIsWrittenNowhere(String file) throws Exception {
        Process target = new ProcessBuilder("sh", "-c", "while :; do cd /; cd /tmp; done").start();
        try (AttachedRun run = AttachedRun.start(folder, "-o", file, "-p", Long.toString(target.pid()))) {
            assertThat(run.await()).isEqualTo(file.startsWith("|") ? 128 + 13 : 1);
            assertThat(run.err()).contains("nothing more is written there");
            assertThat(Files.readString(Path.of("/proc/" + target.pid() + "/status")))
                    .contains("TracerPid:\t0\n");
            assertThat(target.isAlive()).isTrue();
        } finally {
            target.destroyForcibly();
        }
    }

    @Test
    void anAttachedProcessIsLetGoWhenTheFileOfOneThreadIsFull() throws Exception {
        Process target = new ProcessBuilder("sh", "-c", "while :; do cd /; cd /tmp; done").start();
        Files.createSymbolicLink(folder.resolve("trace." + target.pid()), Path.of("/dev/full"));
        try (AttachedRun run = AttachedRun.start(
                folder, "-ff", "-o", folder.resolve("trace").toString(), "-p", Long.toString(target.pid()))) {
            assertThat(run.await()).isEqualTo(1);
            assertThat(run.err()).contains("nothing more is written there");
            assertThat(target.isAlive()).isTrue();
        } finally {
            target.destroyForcibly();
        }
    }

    /** Neither a process that is gone nor a program that the kernel refuses costs what was traced before. */
    @ParameterizedTest
    @ValueSource(strings = {"-p 2147483647", "-- ./refused"})
    void aTraceThatCannotStartLeavesTheOldFileAsItWas(String target) throws IOException {
        Path refused = Files.writeString(folder.resolve("refused"), "\u007fELF and nothing more");
        Files.setPosixFilePermissions(refused, PosixFilePermissions.fromString("rwx------"));
        String whom = target.replace("./refused", refused.toString());
        for (String option :
                List.of("-o FILE", "--format json -o FILE", "--format csv=FILE", "record --force -o FILE")) {
            Path file = Files.writeString(folder.resolve("old"), "what was traced before");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            Run run = Run.renacer((option.replace("FILE", file.toString()) + " " + whom).split(" ", -1));
            assertThat(run.code()).as(run.err()).isIn(1, 126);
            assertThat(file).hasContent("what was traced before");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r--r--");
        }
    }

    @Test
    void aTraceThatShowsNothingEmptiesTheOldFile() throws IOException {
        Path file = Files.writeString(folder.resolve("old"), "#".repeat(5_000_000));
        Run run = Run.renacer("-e", "trace=none", "-o", file.toString(), "--", "true");
        assertThat(run.code()).isZero();
        assertThat(Files.readString(file)).doesNotContain("#").hasSizeLessThan(100);
    }

    @Test
    void aDashIsStandardOutput() {
        Run run = Run.renacer("-o", "-", "-e", "trace=execve", "--", "echo", "said");
        assertThat(run.out()).contains("said\n").contains("execve(").endsWith("+++ exited with 0 +++\n");
        assertThat(run.err()).isEmpty();
    }

    /** The program is not run: what was asked for would get nowhere. */
    @ParameterizedTest
    @ValueSource(strings = {"-o - -- touch RAN", "--format jsonl=- -f -- touch RAN", "stuck -p 1"})
    void aStandardOutputThatIsClosedIsRefused(String arguments) {
        Path ran = folder.resolve("ran");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >&-", "sh"));
        command.addAll(Launchers.command(
                "renacer", List.of(arguments.replace("RAN", ran.toString()).split(" ", -1))));
        Run run = Run.of(command);
        assertThat(run.errLines())
                .singleElement()
                .asString()
                .startsWith("renacer")
                .endsWith(": cannot write to standard output: it is closed; leave out >&-, or name a file");
        assertThat(run.code()).isEqualTo(1);
        assertThat(ran).doesNotExist();
    }

    /** Without one, nothing is missing. */
    @Test
    void aClosedStandardOutputIsNoReasonNotToTraceElsewhere() {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >&-", "sh"));
        command.addAll(Launchers.command("renacer", List.of("-e", "trace=execve", "--", "true")));
        Run run = Run.of(command);
        assertThat(run.err()).startsWith("execve(").endsWith("+++ exited with 0 +++\n");
        assertThat(run.code()).isZero();
    }

    @Test
    void whatOthersHaveNamedCannotSteerTheTerminal() {
        Run run = Run.renacer("--", "/no/\u001b[2J\u0007program");
        assertThat(run.err()).contains("'/no/\\33[2J\\7program'").doesNotContain("\u001b");
        assertThat(run.code()).isEqualTo(127);
    }
}
