// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small program prints what it inherited, started by a shell as it is and by the same shell under trace. */
class LaunchStateIT {
    private static final String STATE = TestPrograms.compiled("state").toString();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN",
                "ulimit -S -n 512; ulimit -S -c 4096; ulimit -S -s 4096; RUN",
                "trap '' PIPE HUP INT; RUN",
                "trap '' USR2; umask 027; cd /; exec BLOCK RUN",
                "exec 5</dev/null 9>>/dev/null; RUN",
                "exec 0<&-; RUN",
                "taskset -c 0 RUN",
                "nohup RUN",
                "env -i PATH=/usr/bin:/bin PWD=/ A='b c' RUN",
            })
    void aTracedProgramInheritsWhatTheShellGives(String script) throws Exception {
        assertThat(traced("sh", "-c", script)).isEqualTo(direct("sh", "-c", script));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RUN", "RUN | cat", "RUN < /dev/null"})
    void underATerminalItIsInTheForegroundAsFromTheShell(String script) throws Exception {
        // script(1) gives a terminal, bash -m a process group for each job as an interactive shell does.
        String direct = direct("script", "-qec", "bash -mc 'export LC_ALL=C; " + script + "; :'", "/dev/null");
        assertThat(direct).contains(script.contains("null") ? "foreground no terminal" : "foreground yes");
        assertThat(traced("script", "-qec", "bash -mc 'export LC_ALL=C; " + script + "; :'", "/dev/null"))
                .isEqualTo(direct);
    }

    private static String direct(String... command) throws IOException, InterruptedException {
        return output(command, STATE);
    }

    private static String traced(String... command) throws IOException, InterruptedException {
        String tracer = String.join(" ", TestPrograms.java(TracingMain.class, "launch"));
        return output(command, TestPrograms.launcher() + " " + tracer + " " + STATE);
    }

    /** Puts the command line into the script and runs it. */
    private static String output(String[] command, String run) throws IOException, InterruptedException {
        List<String> words = Stream.of(command)
                .map(word -> word.replace("BLOCK", STATE + " --block").replace("RUN", run))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("A_VARIABLE", "\u00e4 \"quoted\" $value");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
