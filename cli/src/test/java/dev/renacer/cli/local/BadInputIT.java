// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each wrong use: one line on standard error that names cause and next step, nothing else, and the code a shell user expects. */
class BadInputIT {
    @TempDir
    static Path folder = Path.of("");

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--frob -- true                            | 2   | unknown option '--frob'",
                "--formt json -- true                      | 2   | did you mean --format?",
                "-k -c -- true                             | 2   | for which the table of -c has no room",
                "-k --format csv -- true                   | 2   | for which a row of CSV has no room",
                "-v -e abbrev=read -- true                 | 2   | -v is -e abbrev=none: give one of",
                "-e raw=read --format json -- true         | 2   | are for lines of text; leave them out",
                "-e signal=SIGINTT -- true                 | 2   | is not a signal, did you mean 'SIGINT'?",
                "-e inject=read -- true                    | 2   | renacer changes nothing of what a program does",
                "-e trce=read -- true                      | 2   | did you mean 'trace='?",
                "-ff -- true                               | 2   | name them with -o FILE; each is FILE.TID",
                "-fff -- true                              | 2   | -f is given 3 times",
                "-tttt -- true                             | 2   | -t is given 4 times; there are -t, -tt and -ttt",
                "-z -Z -- true                             | 2   | -z shows only calls that succeeded",
                "-e status=fine -- true                    | 2   | 'fine' is unknown; there are successful, failed, unfinished",
                "-e fd=x -- true                           | 2   | 'x' is not a descriptor; give numbers",
                "--attach-for soon -- true                 | 2   | as --attach-for 500ms, 10s or 5m, or as a number of seconds",
                "--attach-for 0 -- true                    | 2   | --attach-for 0 (seconds) is out of range; allowed are 1ms to 7d",
                "-s 100 -- true                            | 127 | program '100' not found in PATH; strace's -s BYTES is --string-limit",
                "-s100 -- true                             | 2   | strace's -s BYTES is --string-limit BYTES here",
                "-fs 4096 -- true                          | 127 | strace's -s BYTES is --string-limit BYTES here",
                "-E A=1 -- true                            | 2   | unknown option '-E'; let env set it: renacer -- env NAME=VALUE",
                "-u nobody -- true                         | 2   | let setpriv do it",
                "-qq -- true                               | 2   | 2>/dev/null hides the remarks",
                "-Y -- true                                | 2   | execve in the trace says which program",
                "-DD -- true                               | 2   | renacer is always the parent",
                "--trace=open -- true                      | 2   | unknown option '--trace'; give -e trace=SET",
                "--inject=open:error=5 -- true             | 2   | renacer changes nothing of what a program does",
                "--decode-fds=all -- true                  | 2   | give -y for paths, -yy for sockets too",
                "--attach=1                                | 2   | unknown option '--attach'; give -p PID",
                "-a -1 -- true                             | 2   | -a -1 is not a column",
                "-a x -- true                              | 2   | 'x' is not a whole number",
                "--trace-path= -- true                     | 2   | -P '' names no path",
                "-t --format json -- true                  | 2   | are for lines of text",
                "-e trace=opennat -e trace=all -- true     | 2   | unknown system call 'opennat'",
                "-p                                        | 2   | option --pid needs a value",
                "-p abc                                    | 2   | 'abc' is not a process id",
                "-p 0                                      | 2   | '0' is not a process id",
                "-o ! -- true                              | 2   | -o '!' names no command; give one",
                "--seccomp-bpf -p 1                        | 2   | --seccomp-bpf is for a program that renacer starts",
                "--seccomp-bpf -- true                     | 2   | --seccomp-bpf needs -f",
                "-f --seccomp-bpf --max-slowdown 9 -- true | 2   | --seccomp-bpf and --max-slowdown exclude each other",
                "-p 1 -- true                              | 2   | either -p PID or a program, not both",
                "-f                                        | 2   | nothing to trace; give -p PID or a program",
                "-e trace=opennat -- true                  | 2   | unknown system call 'opennat', did you mean 'openat'?",
                "-e trace= -- true                         | 2   | names nothing",
                "--format xml -- true                      | 2   | invalid value for option '--format'",
                "--format json --format csv -- true        | 2   | give one of them a file: --format csv=FILE",
                "--format json=x --format csv=x -- true    | 2   | give each its own file",
                "--format perfetto -- true                 | 2   | --format perfetto needs a file",
                "-c --format jsonl -- true                 | 2   | -c writes a table",
                "--otlp-endpoint localhost -- true         | 2   | has no scheme; write http://HOST:4317",
                "--otlp-endpoint ftp://localhost:1 -- true | 2   | not http or https",
                "--otlp-endpoint http://h:99999 -- true    | 2   | OTLP endpoint 'http://h:99999'",
                "--max-slowdown 0 -- true                  | 2   | --max-slowdown 0 is not a bound; give at least 1",
                "--on-exceeded dutycycle -- true           | 2   | needs a bound; give --max-slowdown PERCENT",
                "--max-slowdown 9 --on-exceeded x -- true  | 2   | --on-exceeded x is unknown; there are detach, dutycycle",
                "-o /nonexistent/trace -- true             | 1   | cannot write to '/nonexistent/trace': no such folder",
                "-o / -- true                              | 1   | cannot write to '/': is a directory",
                "-- no-such-program-here                   | 127 | program 'no-such-program-here' not found in PATH",
                "-- ./no-such-program-here                 | 127 | program './no-such-program-here' not found",
                "-- /etc                                   | 126 | '/etc' is a directory",
                "-- /etc/passwd                            | 126 | '/etc/passwd' is not executable; 'chmod +x' it",
                "-p 2147483647                             | 1   | there is no such process",
                "-p 1                                      | 1   | pid 1 is never traced",
            })
    void isToldInOneLine(String arguments, int code, String message) {
        assertOneLine(Run.renacer(arguments.split(" ", -1)), code, message);
    }

    @Test
    void aProgramBehindAFolderThatIsClosed() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"), asFileAttribute(fromString("---------")));
        // In a user namespace of its own root may enter no more than others.
        List<String> command = new ArrayList<>(List.of("unshare", "--user"));
        command.addAll(Launchers.command("renacer", List.of("--", closed + "/tool")));
        assertOneLine(Run.of(command), 126, "permission denied for a folder of its path");
    }

    @Test
    void aKernelThread() {
        String thread = ProcessHandle.allProcesses()
                .map(process -> Long.toString(process.pid()))
                .filter(pid -> isKernelThread(Path.of("/proc", pid, "stat")))
                .findFirst()
                .orElse("");
        Assumptions.assumeFalse(thread.isEmpty(), "no kernel thread is visible in this PID namespace");
        assertOneLine(Run.renacer("-p", thread), 1, "it is a kernel thread");
    }

    @Test
    void itself() {
        String launcher = Launchers.command("renacer", List.of()).getFirst();
        Run run = Run.of(List.of("sh", "-c", "exec \"$0\" -p $$", launcher));
        assertOneLine(run, 1, "it is this tracer itself");
    }

    @Test
    void aProcessThatAnotherTracerHolds() throws IOException {
        Process target = new ProcessBuilder("sleep", "600").start();
        Process strace = new ProcessBuilder("strace", "-o", "/dev/null", "-p", Long.toString(target.pid()))
                .redirectErrorStream(true)
                .start();
        try {
            Awaitility.await().until(() -> Traced.tracerOf(target) == strace.pid());
            assertOneLine(
                    Run.renacer("-p", Long.toString(target.pid())),
                    1,
                    "already traced by process " + strace.pid() + " (strace)");
        } finally {
            strace.destroy();
            target.destroyForcibly();
        }
    }

    @Test
    void aTracer() throws IOException {
        Process strace = new ProcessBuilder("strace", "-qq", "-o", "/dev/null", "sleep", "600").start();
        try {
            Awaitility.await().until(() -> strace.toHandle().children().anyMatch(BadInputIT::isSleep));
            ProcessHandle sleep = strace.toHandle().children().findFirst().orElseThrow();
            assertOneLine(
                    Run.renacer("-p", Long.toString(strace.pid())),
                    1,
                    "it is itself a tracer: process " + strace.pid() + " (strace) traces process " + sleep.pid()
                            + " (sleep); let it detach first");
        } finally {
            strace.descendants().forEach(ProcessHandle::destroyForcibly);
            strace.destroyForcibly();
        }
    }

    @Test
    void aScriptWhoseInterpreterIsMissing() throws IOException {
        Path script = Files.writeString(folder.resolve("script"), "#!/no/such/interpreter\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        assertOneLine(
                Run.renacer("--", script.toString()), 126, "check its mode (chmod +x), its format and its interpreter");
    }

    private static void assertOneLine(Run run, int code, String message) {
        assertThat(run.errLines())
                .singleElement()
                .asString()
                .startsWith("renacer: ")
                .contains(message);
        assertThat(run.out()).isEmpty();
        assertThat(run.code()).isEqualTo(code);
    }

    private static boolean isSleep(ProcessHandle process) {
        return process.info().command().filter(file -> file.endsWith("/sleep")).isPresent();
    }

    /** By PF_KTHREAD of the flags, field 9 of proc_pid_stat(5). */
    private static boolean isKernelThread(Path stat) {
        try {
            String text = Files.readString(stat);
            List<String> fields =
                    List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
            return (Long.parseLong(fields.get(6)) & 0x00200000) != 0;
        } catch (IOException _) {
            return false; // gone meanwhile
        }
    }
}
