// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Run;
import dev.renacer.cli.local.AttachedRun;
import dev.renacer.cli.local.Traced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that a launched program leaves running when it ends. */
class LeftBehindIT {
    private static final String DAEMON = "sleep 600 </dev/null >/dev/null 2>&1 & echo $!; exit 3";

    @TempDir
    Path folder = Path.of("");

    @Test
    void followedTheyAreNamedAndLetGoByTheFirstCtrlC() throws IOException, InterruptedException {
        try (AttachedRun run = AttachedRun.start(folder, "-f", "-o", "/dev/null", "--", "sh", "-c", DAEMON)) {
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> run.err().contains("Ctrl-C"));
            ProcessHandle daemon = daemon(Files.readString(folder.resolve("renacer.out")));
            assertThat(run.err())
                    .isEqualTo("renacer: the program has ended; the trace continues with what it left behind: "
                            + daemon.pid() + " (sleep); Ctrl-C detaches from it\n");
            run.signal("INT");
            assertThat(run.await()).isEqualTo(3);
            assertUnharmed(daemon);
            daemon.destroyForcibly();
        }
    }

    @Test
    void notFollowedTheyAreNotWaitedForWithAFilterEither() throws IOException {
        Run run = Run.renacer("-e", "trace=openat", "-o", "/dev/null", "--", "sh", "-c", DAEMON);
        ProcessHandle daemon = daemon(run.out());
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).isEmpty();
        assertUnharmed(daemon);
        daemon.destroyForcibly();
    }

    @Test
    void withSeccompBpfTheyEndWithTheTrace() throws IOException, InterruptedException {
        List<String> arguments =
                List.of("-f", "--seccomp-bpf", "-e", "trace=openat", "-o", "/dev/null", "--", "sh", "-c", DAEMON);
        try (AttachedRun run = AttachedRun.start(folder, arguments.toArray(String[]::new))) {
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> run.err().contains("Ctrl-C"));
            assertThat(run.err()).contains("Ctrl-C ends it, as it has the filter of --seccomp-bpf");
            ProcessHandle daemon = daemon(Files.readString(folder.resolve("renacer.out")));
            run.signal("INT");
            assertThat(run.await()).isEqualTo(3);
            Awaitility.await().until(() -> !daemon.isAlive());
        }
    }

    private static ProcessHandle daemon(String out) {
        return ProcessHandle.of(Long.parseLong(out.strip())).orElseThrow();
    }

    private static void assertUnharmed(ProcessHandle process) throws IOException {
        assertThat(Traced.field(process, "TracerPid:")).isEqualTo("0");
        assertThat(Traced.field(process, "State:")).startsWith("S");
    }
}
