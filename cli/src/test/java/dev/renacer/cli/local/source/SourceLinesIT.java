// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.AttachedRun;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code renacer -s} tells the line of a call, whatever way a program was built. */
class SourceLinesIT {
    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void copyPrograms() throws IOException {
        Path sources = Launchers.repository().resolve("cli/src/test/programs/source");
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(sources.relativize(file)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-pie",
                "-no-pie",
                "-O2",
                "-static",
                "-static-pie",
                "-gdwarf-4",
                "-fomit-frame-pointer -O2",
                "-gz"
            })
    void ofAProgram(String options) {
        assertThat(writeOf(gcc("-g " + options + " hello.c"))).startsWith("hello.c:7 greet write(");
    }

    @Test
    void asTheFileAndTheFunctionWithoutDebugInformation() {
        assertThat(writeOf(gcc("hello.c"))).startsWith("greet write(");
        assertThat(writeOf(gcc("-s hello.c"))).startsWith("write(");
    }

    @Test
    void inASharedLibrary() {
        run("gcc -g -shared -fPIC -o libsay.so library.c");
        assertThat(writeOf(gcc("-g user.c -L. -lsay -Wl,-rpath," + folder))).startsWith("library.c:8 say write(");
    }

    @Test
    void inALibraryLoadedLate() {
        run("gcc -g -shared -fPIC -o libsay.so library.c");
        List<String> writes = writesOf(gcc("-g late.c -ldl -Wl,-rpath," + folder));
        assertThat(writes).hasSize(2);
        assertThat(writes.getFirst()).startsWith("late.c:7 main write(");
        assertThat(writes.getLast()).startsWith("library.c:8 say write(");
    }

    @Test
    void inAnInlinedFunction() {
        assertThat(writeOf(gcc("-g -O1 inlined.c"))).startsWith("inlined.c:6 inner write(");
    }

    @Test
    void inADebugFileNamedByTheProgram() {
        Path program = gcc("-g hello.c");
        run("objcopy --only-keep-debug program program.debug");
        run("strip program");
        run("objcopy --add-gnu-debuglink=program.debug program");
        assertThat(writeOf(program)).startsWith("hello.c:7 greet write(");
    }

    @Test
    void isNotThatOfADebugFileOfAnotherBuild() {
        run("gcc -g -O2 -DOTHER -Wl,--build-id -o program.debug hello.c");
        Path program = gcc("-g -Wl,--build-id hello.c");
        run("objcopy --add-gnu-debuglink=program.debug program");
        run("strip program");
        assertThat(writeOf(program)).startsWith("write(");
    }

    @Test
    void inADebugFileNamedByABuildId() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/usr/lib")), "may write to /usr/lib/debug");
        Path program = gcc("-g -Wl,--build-id hello.c");
        String id = Pattern.compile("Build ID: ([0-9a-f]+)")
                .matcher(run("readelf -n program").out())
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        Path debug = Path.of("/usr/lib/debug/.build-id", id.substring(0, 2), id.substring(2) + ".debug");
        Files.createDirectories(debug.getParent());
        try {
            run("objcopy --only-keep-debug program " + debug);
            run("strip program");
            assertThat(writeOf(program)).startsWith("hello.c:7 greet write(");
        } finally {
            Files.deleteIfExists(debug);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "g++, g++ -g -o program hello.cc, hello.cc:7 greet",
        "rustc, rustc -g -o program hello.rs, hello.rs:7 greet",
        "go, go build -o program hello.go, hello.go:9 main.greet",
        "go, go build -o program buffered.go, buffered.go:14 main.main",
    })
    void ofOtherLanguages(String compiler, String command, String expected) {
        assumeTrue(exists(compiler), compiler + " is here");
        run(command);
        assertThat(writeOf(folder.resolve("program"))).startsWith(expected + " write(");
    }

    @Test
    void ofAForkedChild() {
        assertThat(writesOf(gcc("-g forks.c"), "-f"))
                .anyMatch(line -> line.contains("forks.c:8 main write(1,"))
                .anyMatch(line -> line.contains("forks.c:12 main write(1,"));
    }

    @Test
    void ofAProcessInAMountNamespaceOfItsOwn() throws Exception {
        assumeTrue(mayUnshare(), "may make a mount namespace");
        Path place = Files.createDirectories(folder.resolve("place"));
        gcc("-g echo.c");
        // The program's path exists in its own namespace only.
        Process target = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        "mount -t tmpfs none '" + place + "' && cp '" + folder + "/program' '" + place
                                + "/echo' && exec '" + place + "/echo'")
                .redirectOutput(folder.resolve("echo.out").toFile())
                .start();
        try (AttachedRun run = attachOnce(target, place.resolve("echo"))) {
            BufferedWriter in = target.outputWriter();
            in.append("hello\n").flush();
            await().untilAsserted(() -> assertThat(run.err()).contains("write(1,"));
            assertThat(run.err()).contains("echo.c:8 answer write(1,");
            in.close();
            assertThat(run.await()).isZero();
        } finally {
            target.destroyForcibly();
        }
        assertThat(place).isEmptyDirectory();
    }

    private AttachedRun attachOnce(Process target, Path program) throws IOException {
        Path link = Path.of("/proc", Long.toString(target.pid()), "exe");
        await().until(() -> Files.readSymbolicLink(link).equals(program));
        return AttachedRun.attach(target, folder, "-s", "-e", "trace=write");
    }

    private static boolean mayUnshare() {
        return Run.of(List.of("unshare", "-m", "true")).code() == 0;
    }

    @Test
    void isInJsonAndCsv() throws IOException {
        Path program = gcc("-g hello.c");
        Run json = Run.renacer("-s", "--format", "json", "-e", "trace=write", "--", program.toString());
        JsonNode source = new ObjectMapper().readTree(json.err()).at("/syscalls/0/source");
        assertThat(source.at("/file").asText())
                .isEqualTo(folder.resolve("hello.c").toString());
        assertThat(source.at("/line").asInt()).isEqualTo(7);
        assertThat(source.at("/function").asText()).isEqualTo("greet");
        Run csv = Run.renacer("-s", "--format", "csv", "-e", "trace=write", "--", program.toString());
        assertThat(csv.errLines().getFirst()).isEqualTo("syscall,arguments,result,source_location");
        assertThat(csv.errLines().get(1)).endsWith(",6," + folder.resolve("hello.c") + ":7 greet");
    }

    private Path gcc(String arguments) {
        run("gcc -o program " + arguments);
        return folder.resolve("program");
    }

    private Run run(String command) {
        Run run = Run.of(List.of("sh", "-c", "cd '" + folder + "' && GOFLAGS=-mod=mod GO111MODULE=off " + command));
        assertThat(run.code()).as(command + ": " + run.err()).isZero();
        return run;
    }

    private static boolean exists(String program) {
        return Run.of(List.of("sh", "-c", "command -v " + program)).code() == 0;
    }

    /** The line of the program's one write. */
    private static String writeOf(Path program) {
        List<String> writes = writesOf(program);
        assertThat(writes).hasSize(1);
        return writes.getFirst();
    }

    private static List<String> writesOf(Path program, String... options) {
        List<String> arguments = new ArrayList<>(List.of("-s", "-e", "trace=write"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--", program.toString()));
        Run run = Run.renacer(arguments.toArray(String[]::new));
        assertThat(run.err()).doesNotContain("no source line for");
        return Stream.of(run.err().split("\n"))
                .filter(line -> line.contains("write(1,"))
                .toList();
    }
}
