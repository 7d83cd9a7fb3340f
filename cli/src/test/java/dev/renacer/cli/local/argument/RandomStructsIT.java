// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.argument;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a trace says of structs is what the program has put into them: random ones, of which the program prints the truth. */
class RandomStructsIT {
    private static final String CALLS =
            "chdir,pwrite64,connect,writev,sendmsg,setsockopt,nanosleep,setitimer,prlimit64,"
                    + "timer_create,poll,epoll_ctl,select,fcntl,openat2,semop,execve";
    private static final int KINDS = 17;
    private static final int ROUNDS = 60;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20_261_130, Long.MAX_VALUE})
    void everyStructIsShownAsTheProgramWroteIt(long seed) throws IOException {
        String program =
                Launchers.compiled("cli/src/test/programs/random_structs.c").toString();
        Path trace = folder.resolve("trace.txt");

        // What is random may look like a secret.
        Run run = Run.renacer(
                "--no-redact",
                "-e",
                "trace=" + CALLS,
                "-o",
                trace.toString(),
                "--",
                program,
                Long.toString(seed),
                Integer.toString(ROUNDS));

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        List<String> truth = run.out().lines().toList();
        assertThat(truth).hasSize(KINDS * ROUNDS);
        assertThat(shown(trace)).containsExactlyElementsOf(truth);
    }

    /** Without what the C library does before main: the program itself is executed, and its stack is asked for. */
    private static List<String> shown(Path trace) throws IOException {
        List<String> lines = Files.readAllLines(trace);
        assertThat(lines.get(0)).startsWith("execve(").endsWith("= 0");
        assertThat(lines.get(1)).startsWith("prlimit64(0, RLIMIT_STACK, NULL, ");
        assertThat(lines.getLast()).isEqualTo("+++ exited with 0 +++");
        return lines.subList(2, lines.size() - 1);
    }
}
