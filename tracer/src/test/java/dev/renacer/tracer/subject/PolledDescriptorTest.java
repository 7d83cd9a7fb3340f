// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which descriptor a call was about that waits for several. */
class PolledDescriptorTest {
    private static final byte[] TWO = HexFormat.of().parseHex("0300000001000000" + "0500000001000000");
    private static final byte[] SECOND_READY = HexFormat.of().parseHex("0300000001000000" + "0500000001000100");
    /** The descriptors 5 and 9. */
    private static final byte[] SET = {0x20, 0x02, 0, 0, 0, 0, 0, 0};

    private static final byte[] SECOND_SET = {0, 0x02, 0, 0, 0, 0, 0, 0};
    private static final byte[] NONE_SET = new byte[8];

    @Test
    void whoeverWaitsInVainWaitsForTheFirst() {
        CallFixture poll = CallFixture.call("poll").args(0x1000, 2, 100).bytes(0, TWO, false);
        assertThat(PolledDescriptor.of(poll.unfinished().build())).hasValue(3);
        assertThat(PolledDescriptor.of(poll.returns(0).written(0, TWO, false).build()))
                .hasValue(3);
        assertThat(PolledDescriptor.of(CallFixture.call("ppoll")
                        .args(0x1000, 2)
                        .bytes(0, TWO, false)
                        .fails(4)
                        .build()))
                .hasValue(3);
    }

    @Test
    void whatIsReadyComesFirst() {
        assertThat(PolledDescriptor.of(CallFixture.call("poll")
                        .args(0x1000, 2, 100)
                        .bytes(0, TWO, false)
                        .written(0, SECOND_READY, false)
                        .returns(1)
                        .build()))
                .hasValue(5);
    }

    @Test
    void whoeverWaitsForSeveralInVainHasWaitedForNoneOfThem() {
        CallFixture poll = CallFixture.call("poll").args(0x1000, 2, 100).bytes(0, TWO, false);
        assertThat(PolledDescriptor.awaited(poll.returns(0).build())).isEmpty();
        assertThat(PolledDescriptor.awaited(
                        poll.written(0, SECOND_READY, false).returns(1).build()))
                .hasValue(5);
        byte[] one = HexFormat.of().parseHex("0300000001000000");
        assertThat(PolledDescriptor.awaited(CallFixture.call("poll")
                        .args(0x1000, 1, 100)
                        .bytes(0, one, false)
                        .returns(0)
                        .build()))
                .hasValue(3);
        assertThat(PolledDescriptor.awaited(CallFixture.call("poll")
                        .args(0x1000, 2000, 100)
                        .bytes(0, one, true)
                        .returns(0)
                        .build()))
                .isEmpty();
    }

    @Test
    void aSetIsReadBitByBit() {
        CallFixture select = CallFixture.call("select")
                .args(10, 0x1000, 0, 0)
                .bytes(1, SET, false)
                .written(1, SECOND_SET, false);
        assertThat(PolledDescriptor.of(select.returns(1).build())).hasValue(9);
        assertThat(PolledDescriptor.of(select.returns(0).build())).hasValue(5);
        assertThat(PolledDescriptor.of(CallFixture.call("pselect6")
                        .args(10, 0, 0x1000, 0)
                        .bytes(2, NONE_SET, false)
                        .build()))
                .isEmpty();
    }

    @Test
    void whatWasNotReadIsNotKnown() {
        assertThat(PolledDescriptor.of(
                        CallFixture.call("poll").args(0x1000, 2).unreadable(0).build()))
                .isEmpty();
        assertThat(PolledDescriptor.of(CallFixture.call("poll").args(0, 0).build()))
                .isEmpty();
    }

    @Test
    void othersDoNotWaitForDescriptorsInAnArray() {
        assertThat(waiting(Abi.X86_64)).containsExactly("poll", "ppoll", "pselect6", "select");
        assertThat(waiting(Abi.AARCH64)).containsExactly("ppoll", "pselect6");
        assertThat(waiting(Abi.I386))
                .containsExactly("_newselect", "poll", "ppoll", "ppoll_time64", "pselect6", "pselect6_time64");
    }

    private static List<String> waiting(Abi abi) {
        return SyscallTable.instance().calls(abi).stream()
                .filter(PolledDescriptor::waits)
                .map(Syscall::name)
                .sorted()
                .toList();
    }

    @Test
    void whoeverLooksForOneLooksAtAllOfThem() {
        assertThat(PolledDescriptor.all(CallFixture.call("poll")
                        .args(0x1000, 2, 100)
                        .bytes(0, TWO, false)
                        .written(0, SECOND_READY, false)
                        .returns(1)
                        .build()))
                .containsExactly(3, 5);
        assertThat(PolledDescriptor.all(CallFixture.call("select")
                        .args(9, 0x1000, 0x2000, 0)
                        .bytes(1, SET, false)
                        .bytes(2, NONE_SET, false)
                        .build()))
                .containsExactly(5);
        assertThat(PolledDescriptor.all(
                        CallFixture.call("poll").args(0x1000, 2).unreadable(0).build()))
                .isEmpty();
        assertThat(PolledDescriptor.all(
                        CallFixture.call("read").args(3, 0x1000, 8).build()))
                .isEmpty();
    }
}
