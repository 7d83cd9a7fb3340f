// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -e} beside strace's: the same options, the same program, the same lines. */
class QualifiersIT {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-e trace=none -e signal=none",
                "-e trace=none -e signal=!usr1",
                "-e trace=none -e signal=SIGUSR1,15",
                "-e trace=kill -e signal=all -e status=!successful",
                "-e trace=kill,exit_group -e status=unfinished",
                "-e trace=kill -e raw=kill -e signal=none",
            })
    void signalsAndEndings(String options) {
        assertSame(
                options,
                "sh",
                "-c",
                "trap : USR1 TERM; kill -USR1 $$; kill -TERM $$; kill -0 4194305 2>/dev/null; exit 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-e trace=write -e write=1",
                "-e trace=write -e write=!1",
                "-e trace=read -e read=0,1",
                "-e trace=read,write -e read=0 -e write=all",
                "-e trace=read,write -e raw=!read -e write=1",
            })
    void transfers(String options) throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "0123456789abcdef0\t\u00e9\n");
        assertSame(options, "sh", "-c", "read line < '" + text + "'; echo \"$line\"");
    }

    @Test
    void vectorsOfBuffers() {
        assertSame("-e trace=writev,readv,sendmsg,recvmsg -e write=all -e read=all", vectors());
    }

    @Test
    void allFieldsOfSomeCalls() {
        assertSame("-e trace=uname,newfstatat -e abbrev=newfstatat", "uname", "-n");
    }

    @Test
    void whatIsDumpedIsRedacted() {
        List<String> lines =
                lines(Run.renacer("-e", "trace=write", "-e", "write=1", "--", "echo", "password=hunter2secret"));

        assertThat(lines).noneMatch(line -> line.contains("hunter2")).anyMatch(line -> line.contains("[redacted]"));
    }

    @Test
    void aCallThatIsLeftBehindIsDetached() throws Exception {
        Process target = new ProcessBuilder("cat").start();
        Path wait = Path.of("/proc", Long.toString(target.pid()), "syscall");
        await().until(() -> Files.readString(wait).startsWith("0 "));
        try {
            List<String> lines = lines(
                    Run.renacer("--attach-for", "200ms", "-e", "status=detached", "-p", Long.toString(target.pid())));

            assertThat(lines).anyMatch(line -> line.startsWith("read(0,") && line.endsWith(" <detached ...>"));
        } finally {
            target.destroy();
        }
    }

    private static String[] vectors() {
        return new String[] {
            Launchers.compiled("cli/src/test/programs/vectors.c").toString()
        };
    }

    /** Both tools write the same, but for addresses and numbers of processes. */
    private static void assertSame(String options, String... program) {
        List<String> ours = new ArrayList<>(List.of(options.split(" ")));
        List<String> theirs = new ArrayList<>(List.of("strace", "-a", "0"));
        theirs.addAll(ours);
        ours.add("--");
        theirs.add("--");
        ours.addAll(List.of(program));
        theirs.addAll(List.of(program));

        assertThat(lines(Run.renacer(ours.toArray(String[]::new)))).isEqualTo(lines(Run.of(theirs)));
    }

    private static List<String> lines(Run run) {
        return Stream.of(run.err().split("\n"))
                .filter(line -> !line.startsWith("[renacer:"))
                .map(line -> line.startsWith(" | ")
                        ? line
                        : line.replaceAll("0x[0-9a-f]{5,}", "ADDRESS")
                                .replaceAll("si_pid=[0-9]+", "si_pid=PID")
                                .replaceAll("kill\\([0-9]+, ", "kill(PID, ")
                                .replaceAll("kill\\(0x[0-9a-f]+, ", "kill(PID, ")
                                .replaceAll(" +=", " ="))
                .toList();
    }
}
