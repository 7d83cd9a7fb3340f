// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a lock that a call waits for, by what /proc/locks says meanwhile. */
class LockWatchTest {
    private static final long SETLK = 6;
    private static final long SETLKW = 7;
    private static final String HELD = "1: FLOCK  ADVISORY  WRITE 9 08:01:787 0 EOF";
    private static final String WAITS = "1: -> FLOCK  ADVISORY  WRITE 7 08:01:787 0 EOF";
    private static final String HELD_TOO = "2: POSIX  ADVISORY  WRITE 11 08:01:788 0 EOF";
    private static final String WAITS_TOO = "2: -> POSIX  ADVISORY  READ 7 08:01:788 0 EOF";

    private final LockWatch locks = LockWatch.blind();

    LockWatchTest() {
        start(CallFixture.PROCESS);
    }

    @Test
    void theHolderIsTheOneThatWasSeenWhileTheCallWaited() {
        locks.look(List.of(HELD, WAITS), 110, 120);

        assertThat(locks.holder(flock(100, 200))).hasValue(9);
        assertThat(locks.holder(flock(121, 200))).isEmpty();
        assertThat(locks.holder(flock(100, 119))).isEmpty();
    }

    @Test
    void theLastHolderCounts() {
        locks.look(List.of(HELD, WAITS), 110, 120);
        locks.look(List.of("1: FLOCK  ADVISORY  WRITE 10 08:01:787 0 EOF", WAITS), 130, 140);

        assertThat(locks.holder(flock(100, 200))).hasValue(10);
    }

    @Test
    void ofTwoLocksThatAProcessWaitsForNeitherIsNamed() {
        locks.look(List.of(HELD, WAITS, HELD_TOO, WAITS_TOO), 110, 120);

        assertThat(locks.holder(flock(100, 200))).isEmpty();
    }

    @Test
    void whoWaitsBehindAnotherWaiterWaitsForTheHolder() {
        locks.look(
                List.of(
                        HELD,
                        "1: -> FLOCK  ADVISORY  WRITE 8 08:01:787 0 EOF",
                        "1:  -> FLOCK  ADVISORY  WRITE 7 08:01:787 0 EOF"),
                110,
                120);

        assertThat(locks.holder(flock(100, 200))).hasValue(9);
    }

    @Test
    void aLockOfNoProcessHasNoHolder() {
        locks.look(List.of("1: OFDLCK ADVISORY  WRITE -1 08:01:787 0 EOF", WAITS), 110, 120);

        assertThat(locks.holder(flock(100, 200))).isEmpty();
    }

    @Test
    void whatIsNoLineOfALockIsLeftOut() {
        locks.look(List.of("", "1:", "1: ->", "2: FLOCK ADVISORY WRITE x 1", WAITS), 110, 120);

        assertThat(locks.holder(flock(100, 200))).isEmpty();
    }

    @Test
    void onlyProcessesThatAreTracedAreNamed() {
        assertThat(locks.name(9)).isEmpty();
        start(new TracedProcess(9, 2, 1, "holder", Optional.empty()));
        assertThat(locks.name(9)).contains("holder");
        locks.onEvent(new TraceEvent.ProcessExited(
                new TracedProcess(9, 2, 1, "holder", Optional.empty()), 0, Optional.of(0), Optional.empty(), false));
        assertThat(locks.name(9)).isEmpty();
    }

    @Test
    void onlySomeCallsWait() {
        assertThat(LockWatch.waits(flock(1, 2))).isTrue();
        assertThat(LockWatch.waits(CallFixture.call("fcntl").args(3, SETLKW).build()))
                .isTrue();
        assertThat(LockWatch.waits(CallFixture.call("fcntl").args(3, SETLK).build()))
                .isFalse();
        assertThat(LockWatch.waits(CallFixture.call("read").args(3, SETLKW).build()))
                .isFalse();
    }

    @Test
    void whoDoesNotWaitOrLetsGoNeedsNoHolder() {
        int tryOnly = 4;
        int unlock = 8;
        assertThat(LockWatch.waits(
                        CallFixture.call("flock").args(3, 2 | tryOnly).build()))
                .isFalse();
        assertThat(LockWatch.waits(CallFixture.call("flock").args(3, unlock).build()))
                .isFalse();
    }

    @Test
    void thatTheLocksCannotBeReadIsSaidOnceACallWaitedForOne(@TempDir Path folder) {
        LockWatch nowhere = new LockWatch(() -> 0, Optional.of(folder.resolve("locks")));
        nowhere.onEvent(new TraceEvent.ProcessStarted(CallFixture.PROCESS, 0, Origin.ATTACHED));
        assertThat(nowhere.failure()).isEmpty();

        long second = 1_000_000_000;
        Awaitility.await().until(() -> {
            assertThat(nowhere.holder(flock(0, second))).isEmpty();
            return nowhere.failure().isPresent();
        });

        assertThat(nowhere.failure()).contains(folder.resolve("locks") + " cannot be read: there is no such file");
    }

    @Test
    void aLockThatWasFreeLacksNoHolder(@TempDir Path folder) {
        LockWatch nowhere = new LockWatch(() -> 0, Optional.of(folder.resolve("locks")));
        nowhere.onEvent(new TraceEvent.ProcessStarted(CallFixture.PROCESS, 0, Origin.ATTACHED));
        Awaitility.await().until(nowhere::isBlind);

        assertThat(nowhere.holder(flock(100, 200))).isEmpty();
        assertThat(nowhere.failure()).isEmpty();
    }

    @Test
    void locksThatCanBeReadAreNoFailure(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("locks"), HELD + "\n" + WAITS + "\n");
        LockWatch watch = new LockWatch(() -> 150, Optional.of(file));
        watch.onEvent(new TraceEvent.ProcessStarted(CallFixture.PROCESS, 0, Origin.ATTACHED));

        Awaitility.await().until(() -> watch.holder(flock(100, 200)).isPresent());

        assertThat(watch.failure()).isEmpty();
        watch.end();
    }

    @Test
    void whoLooksNowhereHasNotFailed() {
        assertThat(locks.holder(flock(100, 200))).isEmpty();
        assertThat(locks.failure()).isEmpty();
    }

    private void start(TracedProcess process) {
        locks.onEvent(new TraceEvent.ProcessStarted(process, 0, Origin.ATTACHED));
    }

    private static SyscallCall flock(long from, long to) {
        return CallFixture.call("flock").args(3, 2).times(from, to).build();
    }
}
