// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeAccountsTest {
    private static final long SECOND = 1_000_000_000;

    private final Descriptors descriptors = new Descriptors(Inheritance.NONE);
    private final TimeAccounts accounts = new TimeAccounts(descriptors, true);

    @Test
    void aLongCallGetsTheTimeInWhichItsThreadWasBlocked() {
        accounts.onThreadTime(Times.between(0, 2 * SECOND)
                .ran(SECOND)
                .inCalls(SECOND)
                .lastCall("clock_nanosleep", SECOND)
                .build());
        call(CallFixture.call("clock_nanosleep").times(SECOND, 2 * SECOND));

        TimeSums sums = taken();
        assertThat(sums.cpuNanos()).isEqualTo(SECOND);
        assertThat(sums.blockedNanos(BlockedOn.SLEEP)).isEqualTo(SECOND);
        assertThat(sums.wallNanos()).isEqualTo(2 * SECOND);
    }

    @Test
    void aCallMayComeBeforeItsTime() {
        call(CallFixture.call("openat").args(-100).string(1, "/data/slow").times(0, SECOND));
        accounts.onThreadTime(Times.between(0, SECOND)
                .inCalls(SECOND)
                .lastCall("openat", SECOND)
                .build());

        assertThat(taken().files().most()).containsExactly(new TopTimes.Entry("/data/slow", SECOND));
    }

    @Test
    void shortCallsShareByTheirLengthsWhatIsLeft() {
        call(CallFixture.call("futex").args(0x10).times(0, 10_000));
        call(CallFixture.call("wait4").times(20_000, 50_000));
        accounts.onThreadTime(
                Times.between(0, 100_000).ran(80_000).inCalls(40_000).build());

        TimeSums sums = taken();
        assertThat(sums.blockedNanos(BlockedOn.FUTEX)).isEqualTo(5_000);
        assertThat(sums.blockedNanos(BlockedOn.CHILD)).isEqualTo(15_000);
    }

    @Test
    void whatNoCallWasLongEnoughForHappenedOutside() {
        call(CallFixture.call("futex").args(0x10).times(0, 10_000));
        accounts.onThreadTime(
                Times.between(0, 100_000).ran(20_000).inCalls(10_000).build());

        TimeSums sums = taken();
        assertThat(sums.blockedNanos(BlockedOn.FUTEX)).isEqualTo(10_000);
        assertThat(sums.blockedNanos(BlockedOn.OTHER)).isEqualTo(70_000);
    }

    @Test
    void aCallThatNobodyAskedForIsToldByItsNameOrAsUnseen() {
        accounts.onThreadTime(Times.between(0, SECOND)
                .inCalls(SECOND)
                .lastCall("futex", SECOND)
                .build());
        accounts.onThreadTime(Times.between(SECOND, 2 * SECOND)
                .inCalls(SECOND)
                .lastCall("read", SECOND)
                .build());
        accounts.onThreadTime(
                Times.between(2 * SECOND, 3 * SECOND).inCalls(SECOND).build());
        end();

        TimeSums sums = taken();
        assertThat(sums.blockedNanos(BlockedOn.FUTEX)).isEqualTo(SECOND);
        assertThat(sums.blockedNanos(BlockedOn.UNSEEN)).isEqualTo(2 * SECOND);
    }

    @Test
    void withUnseenCallsNothingIsSaidToHaveHappenedOutside() {
        accounts.onThreadTime(Times.between(0, SECOND).ran(SECOND / 4).unseen().build());

        TimeSums sums = taken();
        assertThat(sums.blockedNanos(BlockedOn.OTHER)).isZero();
        assertThat(sums.blockedNanos(BlockedOn.UNSEEN)).isEqualTo(SECOND - SECOND / 4);
    }

    @Test
    void whatADescriptorIsSaysWhatIsWaitedFor() {
        byte[] ends = {5, 0, 0, 0, 6, 0, 0, 0};
        call(CallFixture.call("pipe2").written(0, ends, false).times(0, 10));
        accounts.onThreadTime(Times.between(0, SECOND)
                .inCalls(SECOND - 10)
                .lastCall("read", SECOND - 10)
                .build());
        call(CallFixture.call("read").args(5).times(10, SECOND));

        assertThat(taken().blockedNanos(BlockedOn.PIPE)).isGreaterThan(SECOND - 100);
    }

    @Test
    void severalDescriptorsOfWhichNoneBecameReadyAreAPollInEitherOrder() {
        byte[] pipeFirst = HexFormat.of().parseHex("0500000001000000" + "0700000001000000");
        byte[] socketFirst = HexFormat.of().parseHex("0700000001000000" + "0500000001000000");

        assertThat(waited(poll(pipeFirst, 2).returns(0))).isEqualTo(BlockedOn.POLL);
        assertThat(waited(poll(socketFirst, 2).returns(0))).isEqualTo(BlockedOn.POLL);
        assertThat(waited(poll(socketFirst, 2).fails(4))).isEqualTo(BlockedOn.POLL);
        assertThat(waited(select(0x20, 0x80).returns(0))).isEqualTo(BlockedOn.POLL);
        assertThat(waited(select(0xa0, 0).unfinished())).isEqualTo(BlockedOn.POLL);
    }

    @Test
    void theOneDescriptorThatIsPolledOrBecameReadySaysWhatIsWaitedFor() {
        byte[] pipe = HexFormat.of().parseHex("0500000001000000");
        byte[] socket = HexFormat.of().parseHex("0700000001000000");
        byte[] pipeAndNone = HexFormat.of().parseHex("ffffffff01000000" + "0500000001000000");
        byte[] both = HexFormat.of().parseHex("0500000001000000" + "0700000001000000");
        byte[] socketReady = HexFormat.of().parseHex("0500000001000000" + "0700000001000100");

        assertThat(waited(poll(pipe, 1).returns(0))).isEqualTo(BlockedOn.PIPE);
        assertThat(waited(poll(socket, 1).fails(4))).isEqualTo(BlockedOn.SOCKET);
        assertThat(waited(poll(pipeAndNone, 2).returns(0))).isEqualTo(BlockedOn.PIPE);
        assertThat(waited(poll(both, 2).written(0, socketReady, false).returns(1)))
                .isEqualTo(BlockedOn.SOCKET);
        assertThat(waited(select(0x20, 0x20).returns(0))).isEqualTo(BlockedOn.PIPE);
    }

    private static CallFixture poll(byte[] polled, int count) {
        return CallFixture.call("poll").args(0x1000, count, 510).bytes(0, polled, false);
    }

    /** Of descriptors below eight, a bit each. */
    private static CallFixture select(int reading, int writing) {
        return CallFixture.call("pselect6")
                .args(8, 0x1000, 0x2000)
                .bytes(1, new byte[] {(byte) reading, 0, 0, 0, 0, 0, 0, 0}, false)
                .bytes(2, new byte[] {(byte) writing, 0, 0, 0, 0, 0, 0, 0}, false);
    }

    /** What a call waited for, where 5 and 6 are the ends of a pipe and 7 is a socket. */
    private static BlockedOn waited(CallFixture call) {
        byte[] ends = {5, 0, 0, 0, 6, 0, 0, 0};
        Descriptors opened = new Descriptors(Inheritance.NONE);
        opened.onCall(
                CallFixture.call("pipe2").written(0, ends, false).times(0, 10).build());
        opened.onCall(CallFixture.call("socket")
                .args(2, 1, 0)
                .returns(7)
                .times(10, 20)
                .build());
        SyscallCall waiting = call.times(30, SECOND).build();
        opened.onCall(waiting);
        return new CallWaits(opened).of(waiting, true).on();
    }

    @Test
    void aLockIsToldByItsAddress() {
        accounts.onThreadTime(Times.between(0, SECOND)
                .inCalls(SECOND)
                .lastCall("futex", SECOND)
                .build());
        call(CallFixture.call("futex").args(0x7f00_1234, 128, 2).times(0, SECOND));

        assertThat(taken().locks().most()).containsExactly(new TopTimes.Entry("0x7f001234", SECOND));
    }

    @Test
    void threadsAreApart() {
        call(CallFixture.call("futex").args(0x10).thread(8).times(0, SECOND));
        accounts.onThreadTime(Times.between(0, SECOND)
                .inCalls(SECOND)
                .lastCall("wait4", SECOND)
                .build());
        call(CallFixture.call("wait4").times(0, SECOND));

        TimeSums sums = taken();
        assertThat(sums.blockedNanos(BlockedOn.CHILD)).isEqualTo(SECOND);
        assertThat(sums.blockedNanos(BlockedOn.FUTEX)).isZero();
    }

    @Test
    void whatIsTakenIsToldOnce() {
        accounts.onThreadTime(Times.between(0, SECOND).ran(SECOND).build());

        taken();

        assertThat(accounts.take(Times.TID)).isEmpty();
    }

    private void call(CallFixture fixture) {
        SyscallCall call = fixture.build();
        descriptors.onCall(call);
        accounts.onCall(call);
    }

    private void end() {
        accounts.onEvent(
                new TraceEvent.ProcessExited(CallFixture.PROCESS, 9 * SECOND, Optional.of(0), Optional.empty(), false));
    }

    private TimeSums taken() {
        return accounts.take(Times.TID).orElseThrow();
    }
}
