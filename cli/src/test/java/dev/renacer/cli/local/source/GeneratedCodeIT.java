// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.AttachedRun;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code renacer -s} tells where calls come from that are made by code which a program makes while it runs. */
class GeneratedCodeIT {
    private static final Path SOURCES = Launchers.repository().resolve("cli/src/test/programs/source");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JS:*greet file:///app/hello.js:12:5 | JS:~ /app/main.js:1:1 | hello.js:12 greet write(1,",
                "JS:^ /app/a b.js:7:1 | JS:~main /app/main.js:1:1 | a b.js:7 (anonymous) write(1,",
                "JS:*writeSync node:fs:898:19 | JS:~get it /app/main.js:3:1 | main.js:3 get it write(1,",
                "JS:*put /app/node_modules/put/index.js:1:1 | JS:~main /app/main.js:3:1 | main.js:3 main write(1,",
                "py::write:<frozen io> | py::Shop.<locals>.sell:/app/shop.py | shop.py Shop.<locals>.sell write(1,",
                "py::dump:/usr/lib/python3.12/json/__init__.py | py::sell:/app/shop.py | shop.py sell write(1,",
                "void java.io.FileOutputStream.write(int) | int app.Shop.sell(java.lang.String) | app.Shop.sell write(1,",
            })
    void theInnermostFunctionOfTheUsersOwnIsShown(String inner, String outer, String expected) throws Exception {
        assertThat(lineOf(inner, outer)).startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | ''",
                "Interpreter | void app.Shop.sell(int)",
                "JS:*greet somewhere | JS:*main /app/main.js:1:1",
                "JS:*greet /app/a.js:99999999999:1 | JS:*main /app/main.js:1:1",
            })
    void nothingIsShownWhereTheInnermostFunctionIsUnknown(String inner, String outer) throws Exception {
        assertThat(lineOf(inner, outer)).startsWith("write(1,");
    }

    @Test
    void ofNodeWithAPerfMap() throws Exception {
        assumeTrue(runs("node", "-e", "0"), "node is here");
        awaitOf("hello.js:8 greet write(1,", "node", "--perf-basic-prof", script("hello.js"));
    }

    @Test
    void ofPythonWithAPerfMap() throws Exception {
        assumeTrue(runs("python3", "-c", "import sys; sys.activate_stack_trampoline"), "python3 >= 3.12");
        awaitOf("hello.py greet write(1,", "python3", "-X", "perf", script("hello.py"));
    }

    private static String script(String name) {
        return SOURCES.resolve(name).toString();
    }

    private static boolean runs(String... command) {
        return Run.of(List.of("sh", "-c", "command -v " + command[0])).code() == 0
                && Run.of(List.of(command)).code() == 0;
    }

    /** What is shown of the one write of a program whose code has these names. */
    private String lineOf(String inner, String outer) throws Exception {
        Path program = folder.resolve("generated");
        Run gcc = Run.of(List.of("gcc", "-o", program.toString(), script("generated.c")));
        assertThat(gcc.code()).as(gcc.err()).isZero();
        List<String> lines = new ArrayList<>();
        trace(List.of(program.toString(), inner, outer), (run, in) -> {
            in.append('x').flush();
            await().atMost(LIMIT).until(() -> run.err().contains("write(1,"));
            run.err().lines().filter(line -> line.contains("write(1,")).forEach(lines::add);
        });
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    /** Waits until this is shown: the program has made code enough. */
    private void awaitOf(String expected, String... command) throws Exception {
        trace(
                Arrays.asList(command),
                (run, in) -> await().atMost(LIMIT).until(() -> {
                    in.append('x').flush();
                    return run.err().contains(expected);
                }));
    }

    /** Looks at a trace while its target waits for what to do. */
    @FunctionalInterface
    private interface Look {
        void at(AttachedRun run, BufferedWriter in) throws IOException;
    }

    private void trace(List<String> command, Look look) throws Exception {
        Process target = new ProcessBuilder(command)
                .directory(folder.toFile()) // Node leaves a log where it is started
                .redirectOutput(folder.resolve("target.out").toFile())
                .redirectError(folder.resolve("target.err").toFile())
                .start();
        try (AttachedRun run = AttachedRun.attach(target, folder, "-s", "-e", "trace=write");
                BufferedWriter in = target.outputWriter()) {
            look.at(run, in);
        } finally {
            target.destroyForcibly().waitFor();
            Files.deleteIfExists(Path.of("/tmp/perf-" + target.pid() + ".map"));
        }
    }
}
