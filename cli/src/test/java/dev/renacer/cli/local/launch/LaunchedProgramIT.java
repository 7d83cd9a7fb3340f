// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs run by {@code bin/renacer} behave as without it. */
class LaunchedProgramIT {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls -l /etc",
                "python3 -c print('out'*1000)",
                "node -e console.log([1,2,3].map(x=>x*x))",
                "cat /bin/ls",
            })
    void itsOutputIsItsOwnByteForByte(String program) {
        List<String> words = List.of(program.split(" ", -1));
        Run alone = Run.of(words);
        Run traced = Run.of(Launchers.command("renacer", concat(List.of("-f", "--"), words)));
        assertThat(traced.out()).isEqualTo(alone.out());
        assertThat(traced.code()).isEqualTo(alone.code()).isZero();
        assertThat(traced.err()).contains("execve(").contains("+++ exited with 0 +++");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"exit 0", "exit 7", "exit 255", "kill -9 $$", "kill -TERM $$", "kill -SEGV $$", "(exit 3); false"
            })
    void itsExitCodeIsPassedOn(String script) {
        int alone = Run.of(List.of("sh", "-c", "sh -c \"$0\"; exit $?", script)).code();
        assertThat(Run.renacer("-o", "/dev/null", "--", "sh", "-c", script).code())
                .isEqualTo(alone);
    }

    @Test
    void itsForkedChildrenAreTracedWithF() {
        Run run = Run.renacer(
                "-f", "-e", "trace=execve,exit_group", "--", "sh", "-c", "/bin/true; (exit 3); ls / >/dev/null");
        assertThat(run.errLines())
                .anyMatch(line -> line.contains("execve(\"/bin/true\""))
                .anyMatch(line -> line.contains("/ls\""))
                .anyMatch(line -> line.contains("+++ exited with 3 +++"));
        Run without = Run.renacer("-e", "trace=execve", "--", "sh", "-c", "/bin/true; true");
        assertThat(without.err()).doesNotContain("/bin/true\"");
    }

    @Test
    void aScriptWithoutInterpreterLineIsRunByTheShell() throws IOException {
        Path script = Files.writeString(folder.resolve("bare"), "echo \"$1-$#\"\nexit 4\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Run run = Run.renacer("-o", "/dev/null", "--", script.toString(), "a b", "");
        assertThat(run.out()).isEqualTo("a b-2\n");
        assertThat(run.code()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void itsArgumentsArriveByteForByteInAnyLocale(String locale) {
        String script = "exec \"$0\" -o /dev/null -- printf %s \"$(printf '\\377\\303\\251 @x')\"";
        String launcher = Launchers.command("renacer", List.of()).getFirst();
        Run run = Run.of(List.of("sh", "-c", script, launcher), Map.of("LC_ALL", locale));
        assertThat(run.out()).isEqualTo("\u00ff\u00c3\u00a9 @x");
    }

    @Test
    void jsonIsOneValidDocument() throws IOException {
        Path file = folder.resolve("trace.json");
        Run run = Run.renacer("--format", "json", "-o", file.toString(), "--", "sh", "-c", "printf 'a\"\\n'; exit 5");
        JsonNode document = new ObjectMapper().readTree(file.toFile());
        assertThat(document.path("format").asText()).isEqualTo("renacer-json-v1");
        assertThat(document.path("summary").path("exit_code").asInt()).isEqualTo(5);
        assertThat(document.path("syscalls").size()).isGreaterThan(20);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("a\"\n");
    }

    @Test
    void csvHasALineForEachCall() throws IOException {
        Path file = folder.resolve("trace.csv");
        assertThat(Run.renacer("--format", "csv", "-T", "-o", file.toString(), "--", "true")
                        .code())
                .isZero();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.getFirst()).isEqualTo("syscall,arguments,result,duration");
        assertThat(lines.subList(1, lines.size() - 1)).hasSizeGreaterThan(10).allMatch(line -> line.endsWith("us"));
        assertThat(lines.getLast()).startsWith("exit_group,0,?");
    }

    @Test
    void aReaderThatLeavesEndsTheOutputAndNotTheProgram() {
        String launcher = Launchers.command("renacer", List.of()).getFirst();
        String script = "exec 3>&1; \"$0\" -- sh -c 'ls -R /etc >/dev/null; echo whole' 2>&1 >&3 | head -1";
        Run run = Run.of(List.of("sh", "-c", script, launcher));
        assertThat(run.out()).contains("execve(").contains("whole\n");
    }

    @Test
    void itSeesTheStateItsShellWouldHaveGivenIt() {
        Path state = Launchers.compiled("native/src/test/programs/state.c");
        String setting = "trap '' USR2; ulimit -n 777; ulimit -c 0; umask 027; exec 7</dev/null; exec \"$@\"";
        List<String> shell = List.of("sh", "-c", setting, "sh");
        Run alone = Run.of(concat(shell, List.of(state.toString(), "x y")));
        List<String> traced = Launchers.command("renacer", List.of("-o", "/dev/null", "--", state.toString(), "x y"));
        Run run = Run.of(concat(shell, traced));
        assertThat(run.errLines()).isEmpty();
        assertThat(run.out()).isEqualTo(alone.out());
        assertThat(alone.out()).contains("fd 7", "env ", "arg x y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"strace -o /dev/null true", "gdb -nx -batch -ex run /bin/true", "RENACER -e trace=read -- true"})
    void whatItTracesItselfIsNotOurs(String program) {
        List<String> words = new ArrayList<>(List.of(program.split(" ", -1)));
        words.replaceAll(word ->
                word.equals("RENACER") ? Launchers.command("renacer", List.of()).getFirst() : word);
        Run alone = Run.of(words);
        Run traced = Run.of(
                Launchers.command("renacer", concat(List.of("-e", "trace=openat", "-o", "/dev/null", "--"), words)));
        assertThat(traced.code()).isEqualTo(alone.code()).isZero();
        assertThat(traced.err()).doesNotContain("not permitted");
        assertThat(alone.out() + traced.out()).doesNotContain("code 127");
    }

    @Test
    void aChildThatNoTracerMayFollowMakesItsCallsAsUntraced() {
        // clone(CLONE_UNTRACED | SIGCHLD), whose child must get through its openat.
        String script = """
                import ctypes, os, platform
                nr = 220 if platform.machine() == 'aarch64' else 56
                pid = ctypes.CDLL(None).syscall(nr, 0x800011, 0, 0, 0, 0)
                if pid == 0:
                    os.open('/etc/hosts', 0)
                    os._exit(4)
                print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                """;
        Run run = Run.renacer("-e", "trace=openat", "-o", "/dev/null", "--", "python3", "-c", script);
        assertThat(run.out()).isEqualTo("4\n");
        assertThat(run.err()).isEmpty();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
