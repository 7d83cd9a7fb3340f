// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading in JVMs of their own, as it happens once a JVM. */
class NativeLibraryIT {
    @Test
    void theExtractedLibraryIsGoneRightAfterLoading(@TempDir Path directory) throws Exception {
        assertThat(run("-Djava.io.tmpdir=" + directory)).contains("opened", "attached");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("renacer")))
                    .isEmpty();
        }
    }

    @Test
    void anExplicitPathIsNotReplacedByTheOwnLibrary(@TempDir Path directory) throws Exception {
        Path missing = directory.resolve("librenacer.so");
        assertThat(run("-Drenacer.library.path=" + missing))
                .contains("cannot load the capture core (Can't load library: " + missing)
                .contains("build it anew (make build), on a file system that allows execution")
                .doesNotContain("opened");
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed() throws Exception {
        assertThat(run("-Djava.io.tmpdir=/proc"))
                .contains("cannot extract the capture core to /proc")
                .contains("name a writable directory with -Djava.io.tmpdir");
    }

    @Test
    void theLibraryShowsNothingButItsJniDoor() throws Exception {
        String resource = NativeLibrary.resource("Linux", System.getProperty("os.arch"), NativeLibrary.version());
        Path file = TestPrograms.classes().resolve("dev/renacer/capture").resolve(resource);
        Process nm = new ProcessBuilder("nm", "--dynamic", "--defined-only", file.toString()).start();
        assertThat(nm.inputReader().lines())
                .isNotEmpty()
                .allMatch(line -> line.contains(" T Java_dev_renacer_capture_"));
    }

    /** Opens a session that traces nobody, with one more option for the JVM; returns all that was printed. */
    private static String run(String option) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(TestPrograms.java(TracingMain.class, "open"));
        command.add(1, option);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
