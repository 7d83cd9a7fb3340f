// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signal is reported as strace reports it: faults, timers, queues, children, descriptors and trapped calls. */
class SignalInfoIT {
    private static final String PROGRAM = "cli/src/test/programs/signals.c";

    @TempDir
    Path folder = Path.of("");

    @Test
    void everyKindOfSignalIsToldAsStraceTellsIt() throws IOException {
        String program = Launchers.compiled(PROGRAM).toString();
        Path theirs = folder.resolve("strace.txt");
        Path ours = folder.resolve("renacer.txt");

        assertThat(Run.of(List.of("strace", "-e", "trace=none", "-o", theirs.toString(), program))
                        .code())
                .isZero();
        assertThat(Run.renacer("-e", "trace=none", "-o", ours.toString(), "--", program)
                        .code())
                .isZero();

        assertThat(signals(ours))
                .hasSizeGreaterThan(17)
                .anyMatch(line -> line.contains("si_code=SEGV_MAPERR, si_addr=0xdead000}"))
                .containsExactlyElementsOf(signals(theirs));
    }

    /** What differs from run to run left out: addresses, process ids and CPU times. */
    private static List<String> signals(Path trace) throws IOException {
        return Files.readAllLines(trace).stream()
                .filter(line -> line.startsWith("--- "))
                .map(line -> line.replaceAll("addr=0x(?!dead000)[0-9a-f]+", "addr=ADDRESS"))
                .map(line -> line.replaceAll("si_pid=[0-9]+", "si_pid=PID"))
                .map(line -> line.replaceAll("time=[0-9]+( /\\* [0-9.]+ s \\*/)?", "time=TICKS"))
                .toList();
    }
}
