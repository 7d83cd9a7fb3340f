// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.stuck.call.Age;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StuckReportTest {
    private static final Party PARENT = new Party(1, 1, "init", "asleep", "parent", "1");

    private static WaitFor wait(WaitFor.Kind kind, int owner) {
        return new WaitFor(
                kind,
                "waits",
                List.of(new Party(owner, owner, "t", "asleep", "owner", String.valueOf(owner))),
                WaitFor.WAITING);
    }

    private static StuckThread thread(int tid, int owner, boolean ran) {
        return thread(30, tid, owner == 0 ? List.of() : List.of(wait(WaitFor.Kind.LOCK, owner)), ran);
    }

    private static StuckThread waitsForFile(int pid, int holder) {
        return thread(pid, pid, List.of(wait(WaitFor.Kind.FILE_LOCK, holder)), false);
    }

    private static StuckThread thread(int pid, int tid, List<WaitFor> waits, boolean ran) {
        return new StuckThread(
                pid,
                tid,
                tid,
                "t" + tid,
                Activity.SLEEPING,
                ran,
                "",
                Age.UNKNOWN,
                "",
                List.of(),
                Optional.of("futex"),
                "futex()",
                0,
                waits,
                Optional.empty(),
                Optional.empty());
    }

    private static StuckReport report(StuckThread... threads) {
        return StuckReport.of(List.of(process(30, threads)));
    }

    private static StuckProcess process(int pid, StuckThread... threads) {
        return new StuckProcess(pid, "p", PARENT, List.of(threads), List.of(), List.of());
    }

    @Test
    void aCircleOfOwnersIsADeadlockOfThoseOnIt() {
        StuckReport report = report(thread(11, 12, false), thread(12, 13, false), thread(13, 12, false));

        assertThat(report.deadlocks()).hasSize(1);
        assertThat(report.deadlocks().getFirst()).extracting(StuckThread::tid).containsExactly(12, 13);
        assertThat(report.processes().getFirst().threads())
                .extracting(StuckThread::suspicion)
                .containsExactly(WaitFor.WAITING, WaitFor.HOPELESS, WaitFor.HOPELESS);
    }

    @Test
    void aThreadThatWaitsForItselfIsOneToo() {
        assertThat(report(thread(11, 11, false)).deadlocks()).hasSize(1);
    }

    @Test
    void severalCirclesAreSeveralDeadlocks() {
        assertThat(report(thread(11, 12, false), thread(12, 11, false), thread(13, 14, false), thread(14, 13, false))
                        .deadlocks())
                .hasSize(2);
    }

    @Test
    void aChainThatEndsIsNone() {
        assertThat(report(thread(11, 12, false), thread(12, 13, false), thread(13, 0, false))
                        .deadlocks())
                .isEmpty();
        assertThat(report(thread(11, 99, false)).deadlocks()).isEmpty();
    }

    @Test
    void aLockOnAFileIsHeldByTheOnlyThreadOfItsProcess() {
        assertThat(StuckReport.of(List.of(process(20, waitsForFile(20, 30)), process(30, waitsForFile(30, 20))))
                        .deadlocks())
                .hasSize(1);
        StuckThread other = thread(31, 0, false);
        assertThat(StuckReport.of(List.of(process(20, waitsForFile(20, 30)), process(30, waitsForFile(30, 20), other)))
                        .deadlocks())
                .as("another thread may give it back")
                .isEmpty();
    }

    @Test
    void aThreadThatRanBetweenTheLooksProvesNothing() {
        assertThat(report(thread(11, 12, false), thread(12, 11, true)).deadlocks())
                .isEmpty();
    }
}
