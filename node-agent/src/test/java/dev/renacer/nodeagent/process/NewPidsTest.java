// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewPidsTest {
    @TempDir
    private Path procfs;

    @BeforeEach
    void machine() throws IOException {
        Files.createDirectories(procfs.resolve("sys/kernel"));
        Files.writeString(procfs.resolve("sys/kernel/pid_max"), "32768\n");
        newest(1000);
    }

    @Test
    void tellsOfWhatBeganSinceTheLastLookAndOfNothingElse() throws IOException {
        try (NewPids pids = new NewPids(procfs)) {
            assertThat(pids.next()).isEmpty();
            newest(1003);
            assertThat(pids.next()).containsExactly(1001, 1002, 1003);
            assertThat(pids.next()).isEmpty();
        }
    }

    @Test
    void afterTheLargestTheFirstOnesComeAgain() throws IOException {
        newest(32765);
        try (NewPids pids = new NewPids(procfs)) {
            newest(301);
            assertThat(pids.next()).containsExactly(32766, 32767, 300, 301);
            newest(302);
            assertThat(pids.next()).containsExactly(302);
        }
    }

    @Test
    void theLargestItselfIsNotMissedNorToldTwice() {
        assertThat(NewPids.since(32766, 300, 32768)).containsExactly(32767, 300);
        assertThat(NewPids.since(32767, 300, 32768)).containsExactly(300);
        assertThat(NewPids.since(32767, 32767, 32768)).isEmpty();
    }

    @Test
    void ofMoreThanAMachineStartsTheNewestAreTold() {
        assertThat(NewPids.since(1, 20_000, 32768))
                .hasSize(NewPids.MOST)
                .startsWith(20_001 - NewPids.MOST)
                .endsWith(20_000);
        assertThat(NewPids.since(20_000, 1299, 32768)).hasSize(NewPids.MOST).endsWith(1299);
        assertThat(NewPids.since(32_000, 20_000, 32768)).hasSize(NewPids.MOST).endsWith(20_000);
        assertThat(NewPids.since(Integer.MAX_VALUE - 1, 300, 1 << 22)).containsExactly(300);
    }

    @Test
    void aProcfsThatTellsNothingIsAnError() throws IOException {
        try (NewPids pids = new NewPids(procfs)) {
            Files.writeString(procfs.resolve("loadavg"), "");
            assertThatThrownBy(pids::next)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("where a number is expected");
        }
        assertThatThrownBy(() -> new NewPids(procfs.resolve("nowhere"))).isInstanceOf(IOException.class);
    }

    @Test
    void theKernelCountsAProcessThatThisOneStarts() throws Exception {
        try (NewPids pids = new NewPids(Path.of("/proc"))) {
            Process process = new ProcessBuilder("true").start();
            process.waitFor();
            assertThat(pids.next()).contains(Math.toIntExact(process.pid()));
        }
    }

    private void newest(int pid) throws IOException {
        Files.writeString(procfs.resolve("loadavg"), "9.41 4.65 3.96 15/186 " + pid + "\n");
    }
}
