// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process of several that cannot be traced costs its own part of the trace only. */
class SeveralProcessesIT {
    @TempDir
    Path folder = Path.of("");

    @Test
    void oneThatIsGoneIsToldAndTheOthersAreTraced() throws Exception {
        long gone = gone();
        Process first = sleep();
        Process last = sleep();
        String pids =
                first.pid() + "\n" + gone + ", " + last.pid() + "\n"; // as pgrep prints them, and as people write them
        try (AttachedRun run = AttachedRun.start(folder, "-p", pids)) {
            Awaitility.await().until(() -> run.err().contains("[renacer: Attached to process " + last.pid() + "]"));
            assertThat(run.err())
                    .contains("[renacer: Attached to process " + first.pid() + "]")
                    .contains("renacer: cannot attach to process " + gone + ": there is no such process")
                    .doesNotContain("Attached to process " + gone);
            assertThat(Traced.tracerOf(first)).isPositive();
            assertThat(Traced.tracerOf(last)).isPositive();
            run.signal("INT");
            assertThat(run.await()).isZero();
            assertThat(Traced.tracerOf(first)).isZero();
        } finally {
            first.destroyForcibly();
            last.destroyForcibly();
        }
    }

    @Test
    void withNoneLeftTheCommandFailsAndTellsOfEach() throws Exception {
        long one = gone();
        long other = gone();
        Run run = Run.renacer("-p", one + "," + other);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.errLines()).hasSize(2);
        assertThat(run.errLines().getFirst())
                .isEqualTo(
                        "renacer: cannot attach to process " + one + ": there is no such process; look it up with ps");
        assertThat(run.errLines().getLast())
                .isEqualTo("renacer: cannot attach to process " + other
                        + ": there is no such process; look it up with ps");
    }

    @Test
    void withNoneNamedByPgrepTheCommandSaysSo() {
        Run run = Run.renacer("-p", "");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("renacer: -p names no process; if pgrep was to find it, no process has that name\n");
    }

    @Test
    void linesOfCsvEndWithTheProcessAndThreadThatMadeTheCall() throws Exception {
        Path file = folder.resolve("trace.csv");
        Run run = Run.renacer(
                "-f", "--format", "csv", "-o", file.toString(), "-e", "trace=execve", "--", "sh", "-c", "/bin/true; :");
        assertThat(run.code()).isZero();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.getFirst()).isEqualTo("syscall,arguments,result,pid,tid");
        assertThat(lines.subList(1, lines.size()))
                .allMatch(line -> line.matches(".*,0,([0-9]+),\\1"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1))
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    private static Process sleep() throws Exception {
        return new ProcessBuilder("sleep", "600").start();
    }

    /** The pid of a process that has ended and been reaped. */
    private static long gone() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }
}
