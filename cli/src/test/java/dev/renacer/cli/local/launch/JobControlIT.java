// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code renacer} and the program it launched are one job of an interactive shell, on a real terminal. */
class JobControlIT {
    /** Answers SIGTSTP as an editor does: it puts the screen right, then stops by the default action. */
    private static final String EDITOR = """
            import os, signal, sys
            def leave(number, frame):
                print("tidied", flush=True)
                signal.signal(signal.SIGTSTP, signal.SIG_DFL)
                os.kill(os.getpid(), signal.SIGTSTP)
                print("back", flush=True)
            signal.signal(signal.SIGTSTP, leave)
            print("pid=%d" % os.getpid(), flush=True)
            while not os.path.exists(sys.argv[1]):
                signal.sigtimedwait([], 0.05)
            sys.exit(5)
            """;

    @TempDir
    Path folder = Path.of("");

    private final String renacer = Launchers.command("renacer", List.of()).getFirst();
    private Path go = Path.of("");
    private Terminal terminal;

    @BeforeEach
    void open() throws IOException {
        go = folder.resolve("go");
        terminal = Terminal.open();
    }

    @AfterEach
    void close() throws IOException {
        if (!Files.exists(go)) {
            Files.createFile(go); // whatever failed, the program is to end
        }
        terminal.close();
    }

    /** A program that runs until {@link #go} is there and exits with 5; its pid. */
    private long start(String options, String end) throws IOException {
        terminal.type(renacer + " " + options + " -- sh -c 'echo pid=$$; while ! [ -e " + go + " ]; do :; done; exit 5'"
                + end);
        return Long.parseLong(terminal.await("pid=(\\d+)\r"));
    }

    @Test
    void ctrlZStopsBothAndFgBringsThemBackWithTheProgramsExitCode() throws IOException {
        long pid = start("-o /dev/null", "");
        terminal.suspend();
        terminal.await("Stopped +.*renacer");
        assertThat(state(pid)).isIn("t", "T");
        terminal.type("fg");
        terminal.await("fg\r\n.*renacer.*\r\n");
        Awaitility.await().until(() -> state(pid), state -> state.equals("R"));
        Files.createFile(go);
        terminal.type("echo code=$?");
        assertThat(terminal.await("code=(\\d+)\r")).isEqualTo("5");
    }

    @Test
    void aProgramThatHandlesSigtstpGetsItBeforeAnybodySleeps() throws IOException {
        Path editor = Files.writeString(folder.resolve("editor.py"), EDITOR);
        terminal.type(renacer + " -o /dev/null -- python3 " + editor + " " + go);
        terminal.await("pid=(\\d+)\r");
        terminal.suspend();
        terminal.await("tidied\r");
        terminal.await("Stopped +.*renacer");
        terminal.type("fg");
        terminal.await("back\r");
        Files.createFile(go);
        terminal.type("echo code=$?");
        assertThat(terminal.await("code=(\\d+)\r")).isEqualTo("5");
    }

    @Test
    void aProgramContinuedAloneTakesItsTracerAlong() throws IOException {
        long pid = start("-o /dev/null", "");
        terminal.suspend();
        terminal.await("Stopped +.*renacer");
        terminal.type("kill -CONT " + pid);
        Awaitility.await().until(() -> state(pid), state -> state.equals("R"));
        Files.createFile(go);
        terminal.type("wait; echo code=$?");
        assertThat(terminal.await("code=(\\d+)\r")).isIn("0", "5"); // as bash tells it of a job that has ended by then
        Awaitility.await().until(() -> state(pid), String::isEmpty);
    }

    @Test
    void aTracerContinuedAloneTakesItsProgramAlong() throws IOException {
        long pid = start("-o /dev/null", " &");
        terminal.type("kill -STOP " + pid + "; echo sent");
        terminal.await("sent\r");
        long tracer = ProcessHandle.of(pid).orElseThrow().parent().orElseThrow().pid();
        Awaitility.await().until(() -> state(tracer), state -> state.equals("T"));
        terminal.type("kill -CONT " + tracer);
        Awaitility.await().until(() -> state(pid), state -> state.equals("R"));
        Files.createFile(go);
        Awaitility.await().until(() -> state(pid), String::isEmpty);
    }

    @Test
    void aTraceIsWrittenFromTheBackgroundWithTostop() throws IOException {
        terminal.type("stty tostop; echo set");
        terminal.await("set\r");
        terminal.type(renacer + " -e trace=execve -- true &");
        terminal.await("\\+\\+\\+ exited with 0 \\+\\+\\+");
        terminal.type("wait %1; echo code=$?");
        assertThat(terminal.await("code=(\\d+)\r")).isEqualTo("0");
    }

    @Test
    void aProgramThatReadsInTheBackgroundStopsItsJobUntilItIsInTheForeground() throws IOException {
        terminal.type(renacer + " -o /dev/null -- cat &");
        long cat = Awaitility.await()
                .until(
                        () -> ProcessHandle.allProcesses()
                                .filter(process -> process.info()
                                        .command()
                                        .filter(file -> file.endsWith("/cat"))
                                        .isPresent())
                                .filter(process -> state(process.pid()).equals("t"))
                                .mapToLong(ProcessHandle::pid)
                                .filter(pid -> state(tracerOf(pid)).equals("T"))
                                .findFirst()
                                .orElse(0),
                        pid -> pid != 0);
        assertThat(state(cat)).isEqualTo("t");
        terminal.type("jobs");
        terminal.await("Stopped +.*renacer");
        terminal.type("fg");
        terminal.await("fg\r\n.*renacer.*\r\n");
        terminal.type("said");
        terminal.await("said\r\nsaid\r\n");
    }

    private static long tracerOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElse(0L);
    }

    /** The letter of proc_pid_stat(5); empty if there is no such process. */
    private static String state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            int at = stat.lastIndexOf(')') + 2;
            return stat.substring(at, at + 1);
        } catch (IOException _) {
            return "";
        }
    }
}
