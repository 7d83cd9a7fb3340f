// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small program prints what it inherited, started by a shell as it is and by the same shell through {@code bin/renacer}. */
class LaunchStateIT {
    private static final String STATE =
            Launchers.compiled("native/src/test/programs/state.c").toString();

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
                "trap '' CHLD; RUN",
                "trap '' CHLD PIPE HUP INT QUIT USR1 USR2 TERM ALRM TSTP TTIN TTOU; RUN",
                "exec 0<&- 2>&-; RUN",
                "exec 0<&- 1>&2 2>&-; RUN >&1",
                "env -i A='b c' RUN",
                "ulimit -S -n 64; RUN",
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
        String tracer = Launchers.command("renacer", List.of("-o", "/dev/null", "--")).stream()
                .collect(Collectors.joining(" "));
        return output(command, tracer + " " + STATE);
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
