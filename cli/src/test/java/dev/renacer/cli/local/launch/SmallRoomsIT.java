// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Little room for {@code bin/renacer} itself: it works as the program alone would, or one line says why not. */
class SmallRoomsIT {
    private static final String RENACER =
            Launchers.command("renacer", List.of()).getFirst();

    /** A program that touches nothing, the working directory included. */
    private static final String RUN = RENACER + " -o /dev/null -- /usr/bin/awk 'BEGIN { exit 7 }'";

    private Path folder = Path.of("");

    @BeforeEach
    void make() throws IOException {
        folder = Files.createTempDirectory("renacer-rooms");
    }

    /** By rm, since Java cannot delete what has no path. */
    @AfterEach
    void remove() {
        Run.of(List.of("rm", "-rf", folder.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mkdir gone; cd gone; rmdir ../gone; RUN",
                "mkdir far; cd far; i=0; while [ $i -lt 40 ]; do n=$(printf %0200d $i); mkdir $n; cd -P $n; i=$((i+1)); done; RUN",
                "ulimit -v 1500000; RUN",
                "ulimit -S -n 64; RUN",
                "ulimit -f 0; RUN",
                "ulimit -c 0; ulimit -l 0; RUN",
                "ulimit -S -s 256; RUN",
                "umask 777; RUN",
                "unset HOME; RUN",
                "PATH=/nonexistent; RUN",
                "unset PATH; RUN",
                "JAVA_HOME=/etc; export JAVA_HOME; RUN",
                "TMPDIR=/nonexistent; export TMPDIR; RUN",
                "exec env -i RUN",
                "exec setsid -w RUN",
                "exec 0<&-; RUN",
            })
    void itWorks(String script) {
        assertWorks(script.replace("RUN", RUN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount -t tmpfs -o noexec none /tmp; RUN",
                "mount -t tmpfs -o ro none /tmp; RUN",
                "mount -t tmpfs -o size=4k none /tmp; dd if=/dev/zero of=/tmp/full 2>/dev/null; RUN",
                "mount -t tmpfs -o size=4k,mode=0 none /dev/shm; RUN",
                "mount --bind -o ro $HERE $HERE 2>/dev/null; mount -o remount,bind,ro $HERE; RUN",
            })
    void itWorksWhatever(String script) {
        assumeNamespaces();
        String here = Launchers.repository().toString();
        assertWorks("exec unshare -m sh -c \"$0\"", script.replace("RUN", RUN).replace("$HERE", here));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "ulimit -n 64 && RUN true; 1; renacer: only 64 files may be open, and it needs 160",
                "ulimit -v 400000 && RUN true; 1; renacer: only 400000 KiB of memory may be mapped, and it needs 900000",
                "ulimit -v 100000 && RUN true; 1; renacer: only 100000 KiB of memory may be mapped, and it needs 900000",
                "(ulimit -f 0 && RUN -o x true) 2>&1 | cat >&2; 0; renacer: cannot write to x: EFBIG",
                "RUN -o /dev/full true; 0; renacer: cannot write to /dev/full: ENOSPC",
            })
    void itSaysWhyNot(String script, int code, String message) {
        Run run = shell(script.replace("RUN", RENACER));
        assertThat(run.err()).contains(message);
        assertThat(run.err().lines().count()).isLessThanOrEqualTo(2);
        assertThat(run.code()).isEqualTo(code);
    }

    /** As in a container whose seccomp profile knows fewer calls. */
    @ParameterizedTest
    @ValueSource(strings = {"close_range", "sched_setaffinity", "process_vm_readv", "pidfd_open"})
    void itWorksWhereACallIsDenied(String call) {
        Path denied = Launchers.compiled("native/src/test/programs/denied.c");
        assertWorks(denied + " " + call + " " + RUN);
    }

    private void assertWorks(String script, String... more) {
        Run run = shell(script, more);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(7);
    }

    private Run shell(String script, String... more) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "cd \"$D\"; " + script));
        command.addAll(List.of(more));
        return Run.of(command, Map.of("D", folder.toString()));
    }

    private static void assumeNamespaces() {
        Assumptions.assumeTrue(
                Run.of(List.of("unshare", "-m", "true")).code() == 0, "mount namespaces need CAP_SYS_ADMIN");
    }
}
