// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line's bound of slowdown, and its co-location, with a real program that does nothing but call. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SlowdownBoundIT {
    /** Some 800,000 calls; under trace it takes seconds. */
    private static final List<String> BUSY =
            List.of("dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=400000", "status=none");

    @TempDir
    Path runtime;

    @Test
    void aBusyProgramRestsAndTheTraceSaysSo() {
        Run result = renacer("--max-slowdown", "50", "--on-exceeded", "dutycycle", "-c");
        assertThat(result.err())
                .contains("to keep to --max-slowdown threads went unwatched ", "their calls then are not in the trace");
        assertThat(result.code()).isZero();
    }

    @Test
    void linesSayWhereCallsOfARestingThreadAreMissingAndDescriptorsHaveNamesAllTheSame() throws Exception {
        Path lines = runtime.resolve("lines");
        // Longer than a rest, which may take ten seconds and more: untraced it takes half a minute.
        Run result = Run.renacer(
                "--max-slowdown",
                "50",
                "--on-exceeded",
                "dutycycle",
                "-y",
                "-o",
                lines.toString(),
                "--",
                "dd",
                "if=/dev/zero",
                "of=/dev/null",
                "bs=1",
                "count=100000000",
                "status=none");
        assertThat(result.code()).isZero();
        List<String> written = Files.readAllLines(lines);
        int again = indexOf(written, "--- traced again after <[0-9.]+> ---");
        assertThat(indexOf(written, "--- not traced from here on: slowed down too much ---"))
                .isBetween(0, again - 1);
        assertThat(written.subList(again, written.size()))
                .anyMatch(line -> line.startsWith("read(0</dev/zero>, "))
                .anyMatch(line -> line.startsWith("write(1</dev/null>, "));
        assertThat(written)
                .filteredOn(line -> line.startsWith("read(0<") || line.startsWith("write(1<"))
                .allMatch(line -> line.startsWith("read(0</dev/zero>, ") || line.startsWith("write(1</dev/null>, "));
    }

    /** Of the first line that matches; -1: none. */
    private static int indexOf(List<String> lines, String pattern) {
        Pattern line = Pattern.compile(pattern);
        return IntStream.range(0, lines.size())
                .filter(index -> line.matcher(lines.get(index)).matches())
                .findFirst()
                .orElse(-1);
    }

    @Test
    void aProgramLetGoForItsSlowdownIsToldOfBesideASummary() {
        Run result = renacer("--max-slowdown", "50", "-c");
        assertThat(result.err())
                .contains("before its end: it was slowed down too much; what it did afterwards is not in the trace");
    }

    @Test
    void aProgramLetGoIsWaitedForAndKeepsItsParent() {
        // 1: PR_SET_PDEATHSIG, 9: SIGKILL. Three million calls take half a minute under trace.
        String script = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9);"
                + " [os.getppid() for _ in range(3000000)]; print('whole'); sys.exit(7)";
        Run result = Run.renacer("--max-slowdown", "50", "-o", "/dev/null", "--", "python3", "-c", script);
        assertThat(result.err()).contains("detached from process ");
        assertThat(result.out()).isEqualTo("whole\n");
        assertThat(result.code()).isEqualTo(7);
    }

    @Test
    void aCoLocatedProgramIsTracedWholeAndLeavesNoJournal() {
        Run result = renacer("--colocate", "-e", "trace=read", "-c");
        assertThat(result.code()).isZero();
        assertThat(result.err()).containsPattern("40000\\d +\\d* *read");
        assertThat(runtime.resolve("renacer")).isEmptyDirectory();
    }

    private Run renacer(String... flags) {
        List<String> command = new ArrayList<>(List.of("env", "XDG_RUNTIME_DIR=" + runtime));
        command.addAll(Launchers.command("renacer", List.of(flags)));
        command.add("--");
        command.addAll(BUSY);
        return Run.of(command);
    }
}
