// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of the captured calls are shown, and what their lines begin with. */
class ShownCallsIT {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"-Z", "-e status=failed", "-e status=!successful,unfinished", "--errors-only"})
    void failedCallsAlone(String options) {
        assertThat(calls(Stream.concat(
                        Stream.of(options.split(" ")), Stream.of("-e", "trace=openat", "--", "cat", "/no"))))
                .isNotEmpty()
                .allMatch(line -> line.contains(") = -1 E"))
                .anyMatch(line -> line.contains("\"/no\""));
    }

    @Test
    void successfulCallsAlone() {
        assertThat(calls(Stream.of("-z", "-e", "trace=openat", "--", "cat", "/no")))
                .isNotEmpty()
                .noneMatch(line -> line.contains(") = -1 E"));
    }

    @Test
    void callsWithADescriptorAlone() {
        assertThat(calls(Stream.of("-e", "fd=7", "--", "sh", "-c", "exec 7</dev/null 8<&7 7<&-")))
                .isNotEmpty()
                .allMatch(line -> line.contains("7"))
                .anyMatch(line -> line.startsWith("close(7)"))
                .noneMatch(line -> line.startsWith("close(8)"));
    }

    @Test
    void callsThatTookLongAlone() {
        assertThat(calls(Stream.of("--min-duration", "300ms", "--", "sleep", "0.3")))
                .singleElement()
                .asString()
                .startsWith("clock_nanosleep(");
    }

    @Test
    void aTraceEndsAfterItsTimeAndTheProgramGoesOn() {
        Run run = Run.renacer("--attach-for", "100ms", "--", "sh", "-c", "sleep 0.5; exit 7");

        assertThat(run.err()).contains("the time is up");
        assertThat(run.code()).isEqualTo(7);
    }

    @Test
    void eachThreadHasAFileOfItsOwn() throws IOException {
        Run run = Run.renacer("-ff", "-tt", "-o", folder.resolve("t").toString(), "--", "sh", "-c", "true & wait");

        assertThat(run.code()).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> traces = files.toList();
            assertThat(traces).hasSize(2).allSatisfy(file -> {
                assertThat(file.getFileName().toString()).matches("t\\.[0-9]+");
                assertThat(Files.readAllLines(file))
                        .allMatch(line -> line.matches("[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6} .*"))
                        .last()
                        .asString()
                        .endsWith("+++ exited with 0 +++");
            });
        }
    }

    private static List<String> calls(Stream<String> arguments) {
        return Run.renacer(arguments.toArray(String[]::new))
                .err()
                .lines()
                .filter(line -> line.contains(") = "))
                .toList();
    }
}
