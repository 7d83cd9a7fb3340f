// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LaunchedJobTest {
    private static final int PROGRAM = 10;
    private static final int CHILD = 11;
    private static final int SIGTSTP = 20;
    private static final int SIGINT = 2;

    private final List<String> done = new ArrayList<>();
    private final LaunchedJob job = new LaunchedJob(() -> done.add("sleep"), () -> done.add("ended"));

    @Test
    void whatRunsOnIsLeftBehindOnceTheProgramHasEnded() {
        started(PROGRAM, Origin.LAUNCHED);
        started(CHILD, Origin.FORKED);
        assertThat(job.leftBehind()).isEmpty();
        assertThat(job.hasEnded()).isFalse();
        exited(PROGRAM);
        assertThat(job.hasEnded()).isTrue();
        assertThat(job.leftBehind()).contains("11 (p11)");
        exited(CHILD);
        assertThat(job.leftBehind()).isEmpty();
        assertThat(done).containsExactly("ended");
    }

    @Test
    void aProgramThatLeavesNothingBehindIsNeverSaidToHave() {
        started(PROGRAM, Origin.LAUNCHED);
        started(CHILD, Origin.FORKED);
        exited(CHILD);
        exited(PROGRAM); // and the trace is not over yet
        assertThat(job.leftBehind()).isEmpty();
    }

    @Test
    void whatWasLetGoIsNotWaitedFor() {
        started(PROGRAM, Origin.LAUNCHED);
        started(CHILD, Origin.FORKED);
        exited(PROGRAM);
        job.onEvent(new TraceEvent.ProcessDetached(process(CHILD), 0, DetachReason.REQUESTED));
        assertThat(job.leftBehind()).isEmpty();
    }

    @Test
    void manyAreCountedAndNamesCannotSteerATerminal() {
        started(PROGRAM, Origin.LAUNCHED);
        job.onEvent(new TraceEvent.ProgramExecuted(new TracedProcess(20, 20, 1, "a\u001b[2J", Optional.empty()), 0));
        for (int pid = 21; pid < 25; pid++) {
            started(pid, Origin.FORKED);
        }
        exited(PROGRAM);
        assertThat(job.leftBehind()).contains("20 (a\\x1b[2J), 21 (p21), 22 (p22) and 2 more");
    }

    @Test
    void theProgramsOwnInterruptIsWaitedForOnlyUntilItComes() throws InterruptedException {
        started(PROGRAM, Origin.LAUNCHED);
        started(CHILD, Origin.FORKED);
        interrupted(CHILD, SIGINT);
        interrupted(PROGRAM, SIGTSTP);
        assertThat(job.awaitInterrupt(Duration.ofMillis(1))).isFalse();
        Thread waiter = Thread.startVirtualThread(() -> {
            try {
                done.add("interrupted: " + job.awaitInterrupt(Duration.ofMinutes(1)));
            } catch (InterruptedException e) {
                done.add("given up");
            }
        });
        interrupted(PROGRAM, SIGINT);
        waiter.join();
        assertThat(done).containsExactly("interrupted: true");
    }

    @Test
    void aProgramThatHasEndedNeedsNoInterrupt() throws InterruptedException {
        started(PROGRAM, Origin.LAUNCHED);
        exited(PROGRAM);
        assertThat(job.awaitInterrupt(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void itSleepsWithTheProgramOnceTheTraceOfItIsWritten() {
        started(PROGRAM, Origin.LAUNCHED);
        started(CHILD, Origin.FORKED);
        job.onEvent(new TraceEvent.Stopped(process(CHILD), 0, CHILD, SIGTSTP));
        job.onIdle();
        assertThat(done).isEmpty();
        job.onEvent(new TraceEvent.Stopped(process(PROGRAM), 0, PROGRAM, SIGTSTP));
        assertThat(done).isEmpty();
        job.onIdle();
        job.onIdle();
        assertThat(done).containsExactly("sleep");
    }

    private static TracedProcess process(int pid) {
        return new TracedProcess(pid, pid, 1, "p" + pid, Optional.empty());
    }

    private void started(int pid, Origin origin) {
        job.onEvent(new TraceEvent.ProcessStarted(process(pid), 0, origin));
    }

    private void interrupted(int pid, int signal) {
        job.onEvent(new TraceEvent.SignalDelivered(process(pid), 0, pid, SignalInfo.of(signal, 0, 0, 0, 0, 0, 0)));
    }

    private void exited(int pid) {
        job.onEvent(new TraceEvent.ProcessExited(process(pid), 0, Optional.of(0), Optional.empty(), false));
    }
}
