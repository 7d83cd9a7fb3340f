// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TracedProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who has woken a thread that waited for another one. */
class FutexWaitsTest {
    private static final long MILLI = 1_000_000;
    private static final int WAIT = 128;
    private static final int WAKE = 129;
    private static final int WAKE_OP = 133;
    private static final int PID = CallFixture.PROCESS.pid();

    /** What was passed on: the thread that waited, and that which woke it, or "?". */
    private final List<String> told = new ArrayList<>();

    private final FutexWaits<String> futexes = new FutexWaits<>((wait, waker) -> told.add(
            wait.with() + " by " + waker.flatMap(FutexWaits.Waker::name).orElse("?")));

    @Test
    void theWakeMayBeReportedAfterTheWait() {
        hold(8, 10, 200);
        wake(9, 199, 201, "holder");
        futexes.settle(200 * MILLI + MILLI - 1);
        assertThat(told).isEmpty();
        futexes.settle(201 * MILLI);

        assertThat(told).containsExactly("8 by holder");
    }

    @Test
    void andBeforeIt() {
        wake(9, 199, 199, "holder");
        hold(8, 10, 200);
        futexes.settleAll();

        assertThat(told).containsExactly("8 by holder");
    }

    @Test
    void aWakeBeforeTheWaitOrAfterItHasNotEndedIt() {
        wake(9, 5, 9, "early");
        wake(10, 201, 202, "late");
        hold(8, 10, 200);
        futexes.settleAll();

        assertThat(told).containsExactly("8 by ?");
    }

    @Test
    void ofTwoThatMayHaveWokenItNeitherIsNamed() {
        wake(9, 100, 101, "one");
        wake(10, 190, 191, "another");
        hold(8, 10, 200);
        futexes.settleAll();

        assertThat(told).containsExactly("8 by ?");
    }

    @Test
    void aWakeThatHasWokenAnotherOneIsOutOfTheQuestion() {
        wake(9, 100, 101, "holder");
        hold(8, 10, 102);
        wake(8, 103, 104, "next");
        hold(7, 20, 105);
        futexes.settleAll();

        assertThat(told).containsExactly("8 by holder", "7 by next");
    }

    @Test
    void theSameThreadMayHaveWokenOthersToo() {
        wake(9, 100, 101, "holder");
        wake(9, 190, 191, "holder");
        hold(8, 10, 200);
        futexes.settleAll();

        assertThat(told).containsExactly("8 by holder");
    }

    @Test
    void anotherProcessHasOtherAddresses() {
        TracedProcess other = new TracedProcess(70, 70, 1, "demo", Optional.empty());
        futexes.woken(futex(9, WAKE, 190, 191).process(other).returns(1).build(), Optional.of("stranger"));
        hold(8, 10, 200);
        futexes.settleAll();

        assertThat(told).containsExactly("8 by ?");
    }

    @Test
    void aCallThatAlsoWakesElsewhereLeavesItOpen() {
        futexes.woken(futex(9, WAKE_OP, 190, 191).returns(1).build(), Optional.of("signaller"));
        hold(8, 10, 200);
        futexes.settleAll();

        assertThat(told).containsExactly("8 by ?");
    }

    @Test
    void whereCallsAreMissingNobodyIsNamed() {
        wake(9, 190, 191, "holder");
        hold(8, 10, 200);
        futexes.giveUpAll();
        futexes.giveUpProcess(PID);
        wake(9, 290, 291, "holder");
        hold(8, 210, 300);
        futexes.settleAll();

        assertThat(told).containsExactly("8 by ?", "8 by ?");
    }

    @Test
    void theEndOfAProcessEndsItsWaitsAlone() {
        TracedProcess other = new TracedProcess(70, 70, 1, "demo", Optional.empty());
        wake(9, 190, 191, "holder");
        hold(8, 10, 200);
        futexes.hold(futex(71, WAIT, 10, 200).process(other).build(), "71");
        futexes.settleProcess(PID);
        assertThat(told).containsExactly("8 by holder");
        futexes.settleAll();

        assertThat(told).containsExactly("8 by holder", "71 by ?");
    }

    @Test
    void noMoreWaitsAreHeldThanAllowed() {
        for (int wait = 0; wait < FutexWaits.MOST + 1; wait++) {
            hold(8, 10, 200);
        }

        assertThat(told).containsExactly("8 by ?");
    }

    @Test
    void whichCallsWaitAndWhichWake() {
        assertThat(FutexWaits.isWait(futex(8, WAIT, 10, 11).build())).isTrue();
        assertThat(FutexWaits.isWait(futex(8, 0, 10, 11).build()))
                .as("may be shared")
                .isFalse();
        assertThat(FutexWaits.isWait(futex(8, WAIT, 10, 10).build()))
                .as("short")
                .isFalse();
        assertThat(FutexWaits.isWait(futex(8, WAIT, 10, 11).fails(110).build())).isFalse();
        assertThat(FutexWaits.isWake(futex(9, WAKE, 10, 10).returns(1).build())).isTrue();
        assertThat(FutexWaits.isWake(futex(9, WAKE, 10, 10).returns(0).build())).isFalse();
        assertThat(FutexWaits.isWake(futex(9, WAIT, 10, 10).returns(1).build())).isFalse();
    }

    private void hold(int tid, long fromMillis, long toMillis) {
        futexes.hold(futex(tid, WAIT, fromMillis, toMillis).build(), Integer.toString(tid));
    }

    private void wake(int tid, long fromMillis, long toMillis, String name) {
        SyscallCall call = futex(tid, WAKE, fromMillis, toMillis).returns(1).build();
        futexes.woken(call, Optional.of(name));
    }

    private static CallFixture futex(int tid, long operation, long fromMillis, long toMillis) {
        return CallFixture.call("futex")
                .args(0x5000, operation, 1)
                .thread(tid)
                .times(fromMillis * MILLI, toMillis * MILLI);
    }
}
