// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.local.AttachedRun;
import dev.renacer.cli.local.Traced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a target whose tracer stands still: a JVM that hangs, one that pauses, and a process stopped as a whole. */
class StalledTracerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CALLS = 150_000;

    /** Shorter than the engine's patience with the JVM (5 s). */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration LONG_STOP = Duration.ofMillis(5_500);

    @TempDir
    Path folder = Path.of("");

    private Process target;
    private AttachedRun run;

    @BeforeEach
    void attach() throws IOException {
        target = new ProcessBuilder(
                        Launchers.compiled("native/src/test/programs/calls.c").toString(), Integer.toString(CALLS))
                .start();
        assertThat(target.inputReader().readLine()).isEqualTo("ready");
        run = AttachedRun.attach(target, folder, "-o", trace().toString());
    }

    @AfterEach
    void end() {
        run.close();
        target.destroyForcibly();
    }

    @Test
    void aJvmThatHangsHasItsTargetLetGo() throws Exception {
        Process stall = stall();
        go();
        Awaitility.await().atMost(LIMIT).until(() -> Traced.tracerOf(target) == 0);
        assertThat(target.inputReader().readLine()).isEqualTo("done");
        release(stall);
        assertThat(run.await()).isZero();
        assertThat(run.err()).contains("the tracer did not answer");
        assertTargetEnds();
    }

    @Test
    void aPauseOfTheJvmLosesNothing() throws Exception {
        go();
        Process stall = stall();
        assertThat(stall.waitFor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        release(stall);
        assertComplete();
    }

    @Test
    void aTracerStoppedAsAWholeGoesOnWhereItWas() throws Exception {
        go();
        run.signal("STOP");
        assertThat(run.process().waitFor(LONG_STOP.toMillis(), TimeUnit.MILLISECONDS))
                .isFalse();
        assertThat(Traced.field(target.toHandle(), "State:")).startsWith("t"); // it waits at its next call
        run.signal("CONT");
        assertComplete();
    }

    private Path trace() {
        return folder.resolve("trace.txt");
    }

    private void go() throws IOException {
        target.outputWriter().write("go\n");
        target.outputWriter().flush();
    }

    private Process stall() throws IOException {
        Process stall = new ProcessBuilder(
                        Launchers.compiled("native/src/test/programs/stall.c").toString(),
                        Long.toString(run.process().pid()))
                .start();
        assertThat(stall.inputReader().readLine()).isEqualTo("stalled");
        return stall;
    }

    private static void release(Process stall) throws Exception {
        stall.outputWriter().close();
        assertThat(stall.waitFor()).isZero();
    }

    private void assertTargetEnds() throws Exception {
        target.outputWriter().close();
        assertThat(target.waitFor()).isEqualTo(7);
    }

    private void assertComplete() throws Exception {
        assertThat(target.inputReader().readLine()).isEqualTo("done");
        assertTargetEnds();
        assertThat(run.await()).isZero();
        assertThat(run.err()).isEqualTo("[renacer: Attached to process " + target.pid() + "]\n");
        try (var lines = Files.lines(trace())) {
            assertThat(lines.filter(line -> line.contains("getppid() = ")).count())
                    .isEqualTo(CALLS);
        }
    }
}
