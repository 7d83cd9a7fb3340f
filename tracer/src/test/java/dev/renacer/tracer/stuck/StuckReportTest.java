// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StuckReportTest {
    private static final Party PARENT = new Party(1, 1, "init", "asleep", "parent");

    private static StuckThread thread(int tid, int owner, boolean ran) {
        List<WaitFor> waits = owner == 0
                ? List.of()
                : List.of(new WaitFor(
                        WaitFor.Kind.LOCK,
                        "waits",
                        List.of(new Party(10, owner, "t", "asleep", "owner")),
                        WaitFor.WAITING));
        return new StuckThread(
                10,
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
                waits,
                Optional.empty(),
                Optional.empty());
    }

    private static StuckReport report(StuckThread... threads) {
        return StuckReport.of(List.of(new StuckProcess(10, "p", PARENT, List.of(threads), List.of(), List.of())));
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
        assertThat(report(thread(11, 12, false), thread(12, 13, false), thread(13, 0, false)).deadlocks())
                .isEmpty();
        assertThat(report(thread(11, 99, false)).deadlocks()).isEmpty();
    }

    @Test
    void aThreadThatRanBetweenTheLooksProvesNothing() {
        assertThat(report(thread(11, 12, false), thread(12, 11, true)).deadlocks()).isEmpty();
    }
}
