// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code renacer -k} beside {@code strace -k}: the same frames in the same files, at the same places. */
class StackTracesIT {
    @TempDir
    Path folder = Path.of("");

    private String program = "";

    @BeforeEach
    void compile() {
        program = folder.resolve("stacks").toString();
        Path source = Launchers.repository().resolve("cli/src/test/programs/source/stacks.c");
        Run gcc = Run.of(List.of("gcc", "-g", "-O0", "-pthread", "-o", program, source.toString()));
        assertThat(gcc.code()).as(gcc.err()).isZero();
    }

    @Test
    void framesAreThoseOfStrace() {
        List<String> ours = frames(Run.renacer("-k", "-e", "trace=write", "--", program));

        assertThat(ours).hasSizeGreaterThan(5);
        assertThat(places(ours)).isEqualTo(places(frames(strace("-e", "trace=write", program))));
        assertThat(ours.stream().filter(line -> line.contains(program)).toList())
                .first()
                .asString()
                .contains("/stacks(inner+0x");
    }

    @Test
    void ofEveryCallOfLs() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ls")), "there is ls");
        // strace tells an execve's new stack: what calls there are from the first openat on is compared.
        List<String> options = List.of("-e", "trace=openat,getdents64,write");
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("/usr/bin/ls", folder.toString()));
        List<String> ours = new ArrayList<>(List.of("-k"));
        ours.addAll(options);
        ours.addAll(List.of("--", "/usr/bin/ls", folder.toString()));

        assertThat(places(frames(Run.renacer(ours.toArray(String[]::new)))))
                .isEqualTo(places(frames(strace(command.toArray(String[]::new)))));
    }

    /** The outermost function of a goroutine returns to an address where no code is. (strace leaves out RawSyscall6.) */
    @Test
    void ofGoroutines() throws IOException {
        assumeTrue(isThere("go"), "there is Go");
        Path source = Files.writeString(folder.resolve("hello.go"), """
                package main

                import "fmt"

                func main() {
                	fmt.Println("hello")
                }
                """);
        String hello = folder.resolve("hello").toString();
        Run go = Run.of(List.of("go", "build", "-o", hello, source.toString()));
        assertThat(go.code()).as(go.err()).isZero();

        List<String> ours = frames(Run.renacer("-k", "-e", "trace=write", "-e", "signal=none", "--", hello));

        assertThat(ours).last().asString().contains("/hello(runtime.goexit");
        assertThat(ours).allMatch(frame -> frame.startsWith(" > " + hello + "("));
        assertThat(places(ours)).containsAll(places(frames(strace("-e", "trace=write", "-e", "signal=none", hello))));
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    @Test
    void ofAFaultTheInstructionIsTheInnermost() {
        List<String> ours = frames(Run.renacer("-k", "-e", "trace=none", "--", program, "fault"));

        assertThat(ours.getFirst()).contains("/stacks(fault+0x");
        assertThat(places(ours)).isEqualTo(places(frames(strace("-e", "trace=none", program, "fault"))));
    }

    @Test
    void aStackThatWasNotCopiedToItsEndSaysSo() {
        assertThat(frames(Run.renacer("-k", "-e", "trace=write", "--", program, "large")))
                .endsWith(" > the stack goes on; no more of it was copied");
    }

    @Test
    void oneWithManyFramesSaysSoInTheWordsOfStrace() {
        assertThat(frames(Run.renacer("-k", "-e", "trace=write", "--", program, "deep")))
                .hasSize(257)
                .endsWith(" > too many stack frames");
    }

    @Test
    void ofThreadsAndForkedProcesses() {
        List<String> ours =
                frames(Run.renacer("-f", "-k", "-e", "trace=write", "-e", "signal=none", "--", program, "forks"));

        assertThat(ours)
                .anyMatch(line -> line.contains("/stacks(thread+0x"))
                .anyMatch(line -> line.contains("/stacks(child+0x"));
        assertThat(places(ours))
                .isEqualTo(places(frames(strace("-f", "-e", "trace=write", "-e", "signal=none", program, "forks"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-o", "-ff -o"})
    void framesGoWhereTheirLinesGo(String options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-k", "-e", "trace=write"));
        arguments.addAll(List.of(options.split(" ")));
        arguments.addAll(List.of(folder.resolve("trace").toString(), "--", program));
        Run run = Run.renacer(arguments.toArray(String[]::new));

        assertThat(run.err()).isEmpty();
        try (Stream<Path> files = Files.list(folder)) {
            Path trace = files.filter(file -> file.getFileName().toString().startsWith("trace"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.readAllLines(trace)).anyMatch(line -> line.contains("/stacks(inner+0x"));
        }
    }

    @Test
    void jsonHasTheFramesToo() throws IOException {
        Run run = Run.renacer("-k", "--format", "json", "-e", "trace=write", "--", program);
        JsonNode stack = new ObjectMapper().readTree(run.err()).at("/syscalls/0/stack");

        // How many frames of the C library are in front depends on its version.
        JsonNode caller = stack.valueStream()
                .filter(frame -> !frame.at("/file").asText().contains("/libc.so"))
                .findFirst()
                .orElseThrow();
        assertThat(caller.at("/file").asText()).isEqualTo(program);
        assertThat(caller.at("/function").asText()).isEqualTo("inner");
        assertThat(caller.at("/address").asText()).startsWith("0x");
    }

    private static Run strace(String... arguments) {
        List<String> command = new ArrayList<>(List.of("strace", "-k"));
        command.addAll(List.of(arguments));
        return Run.of(command);
    }

    private static List<String> frames(Run run) {
        return Stream.of(run.err().split("\n"))
                .filter(line -> line.startsWith(" > "))
                .toList();
    }

    /** File and place: what strace takes for the function may be another one with an earlier address. */
    private static List<String> places(List<String> frames) {
        return frames.stream()
                .filter(frame -> frame.endsWith("]")) // that there are no more is told by ours alone
                .map(frame -> frame.replaceAll("\\(.*\\) ", " "))
                .sorted()
                .toList();
    }
}
