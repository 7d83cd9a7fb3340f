// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown is what was called: nothing more, nothing less. */
class ExactnessIT {
    /** 4 threads x 50,000 and 200 children x 10, as calls.c makes them. */
    private static final long GETPPID = 4 * 50_000 + 200 * 10;

    private static final String PROGRAM = "cli/src/test/programs/calls.c";

    @TempDir
    Path folder = Path.of("");

    @Test
    void theTableCountsEachCallAsStraceDoes() throws IOException {
        Path strace = folder.resolve("strace.txt");
        Run.of(List.of("strace", "-f", "-c", "-o", strace.toString(), "ls", "-l", "/etc"));
        Path ours = folder.resolve("renacer.txt");
        assertThat(Run.renacer("-f", "-c", "-o", ours.toString(), "--", "ls", "-l", "/etc")
                        .code())
                .isZero();
        assertThat(table(ours)).isEqualTo(table(strace)).containsKeys("openat", "total");
    }

    @Test
    void ofSeveralListsTheLastOneHoldsAsInStrace() throws IOException {
        Path trace = folder.resolve("trace.txt");
        assertThat(Run.renacer("-e", "trace=openat", "-e", "trace=close", "-o", trace.toString(), "--", "true")
                        .code())
                .isZero();

        assertThat(Files.readAllLines(trace).stream().filter(line -> line.contains("(")))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("close("));
    }

    @Test
    void callsNewerThanThisMachineAreSelectedByNameAndByNumber() throws IOException {
        Path trace = folder.resolve("trace.txt");
        List<String> program = List.of("perl", "-e", "syscall(462, 0, 0, 0); syscall(457, 0, 0, 0, 0); syscall(1000)");

        assertThat(Run.renacer(Stream.concat(
                                        Stream.of("-e", "trace=mseal,457,1000", "-o", trace.toString(), "--"),
                                        program.stream())
                                .toArray(String[]::new))
                        .code())
                .isZero();

        assertThat(Files.readAllLines(trace).stream()
                        .filter(line -> line.contains("("))
                        .map(line -> line.substring(0, line.indexOf('('))))
                .containsExactly("mseal", "statmount", "syscall_0x3e8");
    }

    @Test
    void noCallOfThreadsAndChildrenIsLost() throws IOException {
        Path trace = folder.resolve("trace.txt");
        Run run = Run.renacer(
                "-f", "-o", trace.toString(), "--", Launchers.compiled(PROGRAM).toString());
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("done\n");
        assertThat(run.err()).isEmpty();
        assertComplete(Files.readAllLines(trace));
    }

    @Test
    void noCallOfAnAttachedProcessIsLost() throws IOException, InterruptedException {
        Process target = new ProcessBuilder(Launchers.compiled(PROGRAM).toString(), "wait").start();
        Path trace = folder.resolve("trace.txt");
        try (AttachedRun run = AttachedRun.attach(target, folder, "-f", "-o", trace.toString())) {
            target.getOutputStream().write('x');
            target.getOutputStream().close();
            assertThat(run.await()).isZero();
            assertThat(target.waitFor()).isZero();
            assertThat(run.err()).isEqualTo("[renacer: Attached to process " + target.pid() + "]\n");
        } finally {
            target.destroyForcibly();
        }
        assertComplete(Files.readAllLines(trace));
    }

    @Test
    void aSlowReaderLosesNothing() throws IOException, InterruptedException {
        List<String> command = Launchers.command(
                "renacer", List.of("-f", "--", Launchers.compiled(PROGRAM).toString()));
        Process process = new ProcessBuilder(command).start();
        long calls = 0;
        long lines = 0;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                calls += isGetppid(line) ? 1 : 0;
                if (++lines % 1_000 == 0) {
                    LockSupport.parkNanos(5_000_000); // the slowness under test
                }
            }
        }
        assertThat(process.waitFor()).isZero();
        assertThat(calls).isEqualTo(GETPPID);
    }

    private static void assertComplete(List<String> lines) {
        assertThat(lines.stream().filter(ExactnessIT::isGetppid).count()).isEqualTo(GETPPID);
        assertThat(lines.stream()
                        .filter(line -> line.endsWith("+++ exited with 3 +++"))
                        .count())
                .isEqualTo(200);
        assertThat(lines).noneMatch(line -> line.contains("lost"));
    }

    private static boolean isGetppid(String line) {
        return line.contains("getppid() = ");
    }

    /** Calls and errors by name, of a table in strace's form. */
    private static Map<String, String> table(Path file) throws IOException {
        Map<String, String> counts = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            List<String> cells = List.of(line.strip().split(" +", -1));
            if (cells.size() >= 5 && cells.getFirst().matches("[0-9.]+")) {
                String errors = cells.size() > 5 ? cells.get(4) : "0";
                counts.put(cells.getLast(), cells.get(3) + " calls, " + errors + " errors");
            }
        }
        return counts;
    }
}
