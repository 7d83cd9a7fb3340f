// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.renacer.capture.plan.ArgumentRead;
import dev.renacer.capture.plan.ArgumentRead.Layout;
import dev.renacer.capture.plan.ArgumentRead.Length;
import dev.renacer.capture.plan.ArgumentRead.Shape;
import dev.renacer.capture.plan.ArgumentRead.When;
import dev.renacer.capture.plan.ExitRule.Condition;
import dev.renacer.capture.plan.PlanBytes;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArgumentReadsTest {
    private static final Set<When> IN = EnumSet.of(When.ENTRY);
    private static final Set<When> OUT = EnumSet.of(When.EXIT);
    private static final Set<When> BOTH = EnumSet.of(When.ENTRY, When.EXIT);

    @Test
    void anAddressIsAsLongAsAnotherArgumentSays() {
        assertThat(reads(Abi.X86_64, "connect", ArgumentDetail.NAMES))
                .containsExactly(bytes(1, IN, new Length.OfArgument(2, true, false), 1));
        assertThat(reads(Abi.AARCH64, "accept4", ArgumentDetail.NAMES))
                .containsExactly(bytes(1, OUT, new Length.PointedTo(2), 1), bytes(2, BOTH, new Length.Constant(1), 4));
    }

    @Test
    void aResultThatMayBeMoreThanThereIsRoomForIsBounded() {
        assertThat(reads(Abi.X86_64, "getgroups", ArgumentDetail.NAMES))
                .containsExactly(bytes(1, OUT, new Length.BoundedResult(0, true), 4));
        assertThat(reads(Abi.AARCH64, "recvfrom", ArgumentDetail.FULL).getLast().length())
                .isEqualTo(new Length.BoundedResult(2, false));
    }

    @Test
    void structsHaveTheSizeOfTheAbi() {
        assertThat(reads(Abi.X86_64, "nanosleep", ArgumentDetail.NAMES))
                .containsExactly(
                        bytes(0, IN, new Length.Constant(1), 16),
                        bytes(1, EnumSet.of(When.INTERRUPTED), new Length.Constant(1), 16));
        assertThat(reads(Abi.I386, "nanosleep", ArgumentDetail.NAMES))
                .extracting(ArgumentRead::unit)
                .containsExactly(8, 8);
        assertThat(reads(Abi.AARCH64, "epoll_pwait", ArgumentDetail.NAMES))
                .extracting(ArgumentRead::unit)
                .containsExactly(16, 8);
        assertThat(reads(Abi.X86_64, "select", ArgumentDetail.NAMES).getFirst().length())
                .isEqualTo(new Length.OfArgument(0, true, true));
    }

    @Test
    void structsWithPointersAreThoseOfThe32BitCalls() {
        assertThat(reads(Abi.X86_64, "sendmsg", ArgumentDetail.FULL))
                .containsExactly(new ArgumentRead(1, IN, Shape.MESSAGE, new Length.Constant(1), 56, true, false)
                        .laidOut(Layout.of(ArgumentRead.PACKET)));
        assertThat(reads(Abi.I386, "sendmsg", ArgumentDetail.FULL))
                .containsExactly(new ArgumentRead(1, IN, Shape.MESSAGE, new Length.Constant(1), 28, true, true)
                        .laidOut(Layout.of(ArgumentRead.PACKET)));
        assertThat(ArgumentReads.of(x32("writev"), ArgumentDetail.FULL))
                .containsExactly(
                        new ArgumentRead(1, IN, Shape.IOVEC, new Length.OfArgument(2, false, false), 8, true, true));
        assertThat(ArgumentReads.of(x32("execve"), ArgumentDetail.FULL))
                .extracting(ArgumentRead::unit)
                .containsExactly(1, 4, 4);
    }

    @Test
    void ofAnEnvironmentOnlyTheSizeIsReadUnlessEverythingIsShown() {
        assertThat(reads(Abi.X86_64, "execve", ArgumentDetail.FULL))
                .extracting(ArgumentRead::shape)
                .containsExactly(Shape.STRING, Shape.POINTER_COUNT, Shape.STRINGS);
        assertThat(reads(Abi.X86_64, "execveat", ArgumentDetail.VERBOSE))
                .extracting(ArgumentRead::shape)
                .containsExactly(Shape.STRING, Shape.STRINGS, Shape.STRINGS);
    }

    @Test
    void whatAnotherArgumentDecidesIsReadOnThatCondition() {
        assertThat(reads(Abi.X86_64, "futex", ArgumentDetail.NAMES))
                .contains(bytes(3, IN, new Length.Constant(1), 16).onlyIf(new Condition(1, 0)))
                .allSatisfy(read -> assertThat(read.argument()).isEqualTo(3))
                .noneMatch(read -> read.condition().orElseThrow().value() == 1); // FUTEX_WAKE
        assertThat(reads(Abi.I386, "futex", ArgumentDetail.NAMES).getFirst().unit())
                .isEqualTo(8);
        assertThat(reads(Abi.I386, "futex_time64", ArgumentDetail.NAMES)
                        .getFirst()
                        .unit())
                .isEqualTo(16);
        assertThat(reads(Abi.I386, "fcntl64", ArgumentDetail.NAMES))
                .contains(bytesOfI386(2, OUT, 16).onlyIf(new Condition(1, 5)))
                .contains(bytesOfI386(2, OUT, 24).onlyIf(new Condition(1, 12)));
        assertThat(reads(Abi.AARCH64, "prctl", ArgumentDetail.FULL))
                .contains(ArgumentRead.string(1).onlyIf(new Condition(0, 15)));
    }

    /** The core can compare an argument with a value; it cannot tell that there is no value it knows. */
    @Test
    void whatValuesWithoutASetPointToIsReadWhateverTheValueIs() {
        assertThat(reads(Abi.X86_64, "setsockopt", ArgumentDetail.FULL))
                .extracting(read -> read.shape() + " " + read.condition().map(Condition::value))
                .containsExactly("BYTES Optional.empty", "INDIRECT Optional[26]", "INDIRECT Optional[51]");
    }

    @Test
    void whatACallDoesNotWriteIsNotRead() {
        assertThat(reads(Abi.X86_64, "wait4", ArgumentDetail.NAMES))
                .containsExactly(
                        bytes(1, EnumSet.of(When.POSITIVE), new Length.Constant(1), 4),
                        bytes(3, EnumSet.of(When.POSITIVE), new Length.Constant(1), 144));
        assertThat(reads(Abi.X86_64, "clock_nanosleep", ArgumentDetail.NAMES))
                .containsExactly(
                        bytes(2, IN, new Length.Constant(1), 16),
                        bytes(3, EnumSet.of(When.INTERRUPTED), new Length.Constant(1), 16)
                                .onlyIf(new Condition(1, 0)));
        assertThat(reads(Abi.AARCH64, "clone", ArgumentDetail.NAMES))
                .containsExactly(bytes(2, OUT, new Length.Constant(1), 4).onlyIfAny(new Condition(0, 0x101000)));
        assertThat(reads(Abi.X86_64, "readv", ArgumentDetail.NAMES).getFirst().times())
                .containsExactly(When.EXIT, When.FAILED);
    }

    @Test
    void pointersInStructsAreFollowed() {
        assertThat(reads(Abi.X86_64, "pselect6", ArgumentDetail.NAMES).getLast())
                .isEqualTo(new ArgumentRead(5, IN, Shape.INDIRECT, new Length.Constant(1), 16, false, false)
                        .laidOut(new Layout(0, 8, 8, 0, 0)));
        assertThat(reads(Abi.I386, "pselect6", ArgumentDetail.NAMES).getLast())
                .isEqualTo(new ArgumentRead(5, IN, Shape.INDIRECT, new Length.Constant(1), 8, false, true)
                        .laidOut(new Layout(0, 4, 4, 0, 0)));
        assertThat(reads(Abi.X86_64, "clone3", ArgumentDetail.NAMES))
                .containsExactly(
                        bytes(0, IN, new Length.Constant(1), 88),
                        new ArgumentRead(0, OUT, Shape.INDIRECT, new Length.Constant(4), 88, false, false)
                                .laidOut(new Layout(8, 0, 0, 0, 0)),
                        new ArgumentRead(0, OUT, Shape.INDIRECT, new Length.Constant(4), 88, false, false)
                                .laidOut(new Layout(24, 0, 0, 1, 0)));
        assertThat(reads(Abi.X86_64, "io_submit", ArgumentDetail.NAMES))
                .containsExactly(
                        new ArgumentRead(2, IN, Shape.POINTERS, new Length.OfArgument(1, false, false), 8, false, false)
                                .laidOut(Layout.of(64)));
    }

    @Test
    void recordsAreCountedAndReadWhereContentsAre() {
        assertThat(reads(Abi.I386, "getdents", ArgumentDetail.NAMES))
                .containsExactly(new ArgumentRead(1, OUT, Shape.RECORDS, new Length.Result(), 1, false, true)
                        .laidOut(Layout.of(8)));
        assertThat(reads(Abi.X86_64, "getdents64", ArgumentDetail.FULL))
                .containsExactly(new ArgumentRead(1, OUT, Shape.RECORDS, new Length.Result(), 1, true, false)
                        .laidOut(Layout.of(16)));
    }

    @Test
    void whatIsSentIsReadBeforeAndItsLengthBehind() {
        assertThat(reads(Abi.X86_64, "sendmmsg", ArgumentDetail.NAMES))
                .containsExactly(
                        new ArgumentRead(
                                1, IN, Shape.MESSAGES, new Length.OfArgument(2, true, false), 64, false, false),
                        bytes(1, EnumSet.of(When.POSITIVE), new Length.Result(), 64));
        assertThat(reads(Abi.X86_64, "msgsnd", ArgumentDetail.FULL))
                .containsExactly(
                        new ArgumentRead(1, IN, Shape.BYTES, new Length.OfArgument(2, false, false), 1, true, false)
                                .laidOut(Layout.behind(8)));
        assertThat(reads(Abi.AARCH64, "rt_sigreturn", ArgumentDetail.NAMES))
                .containsExactly(new ArgumentRead(0, IN, Shape.STACK, new Length.Constant(1), 8, false, false)
                        .laidOut(Layout.of(21)));
    }

    @Test
    void contentsBelongToFullDetailAndComeLast() {
        assertThat(reads(Abi.X86_64, "write", ArgumentDetail.NAMES)).isEmpty();
        assertThat(reads(Abi.X86_64, "write", ArgumentDetail.FULL))
                .containsExactly(
                        new ArgumentRead(1, IN, Shape.BYTES, new Length.OfArgument(2, false, false), 1, true, false));
        assertThat(reads(Abi.X86_64, "recvfrom", ArgumentDetail.FULL))
                .extracting(ArgumentRead::argument)
                .containsExactly(4, 5, 1);
        assertThat(reads(Abi.X86_64, "writev", ArgumentDetail.NAMES))
                .singleElement()
                .satisfies(read -> assertThat(read.contents()).isFalse());
        assertThat(reads(Abi.X86_64, "memfd_create", ArgumentDetail.NAMES)).isEmpty();
        assertThat(reads(Abi.X86_64, "memfd_create", ArgumentDetail.FULL)).containsExactly(ArgumentRead.string(0));
    }

    @ParameterizedTest
    @EnumSource
    void everyCallCanBePlanned(ArgumentDetail detail) {
        assertThatCode(() -> PlanBytes.of(SyscallFilter.EVERYTHING.planWithConnections(detail)))
                .doesNotThrowAnyException();
        for (Syscall call : SyscallTable.instance().x32Calls()) {
            assertThatCode(() -> ArgumentReads.of(call, detail)).doesNotThrowAnyException();
        }
    }

    @Test
    void anX32CallWithTheNumberOfAnX8664CallHasTheSameReads() {
        for (Syscall call : SyscallTable.instance().x32Calls()) {
            int number = call.number() & ~SyscallTable.X32_BIT;
            Syscall other = SyscallTable.instance().lookup(Abi.X86_64, number);
            if (other.known()) {
                assertThat(ArgumentReads.of(call, ArgumentDetail.FULL))
                        .as(call.name())
                        .isEqualTo(ArgumentReads.of(other, ArgumentDetail.FULL));
            }
        }
    }

    private static ArgumentRead bytes(int argument, Set<When> times, Length length, int unit) {
        return new ArgumentRead(argument, times, Shape.BYTES, length, unit, false, false);
    }

    private static ArgumentRead bytesOfI386(int argument, Set<When> times, int unit) {
        return new ArgumentRead(argument, times, Shape.BYTES, new Length.Constant(1), unit, false, true);
    }

    private static List<ArgumentRead> reads(Abi abi, String name, ArgumentDetail detail) {
        return ArgumentReads.of(SyscallTable.instance().lookup(abi, name).orElseThrow(), detail);
    }

    private static Syscall x32(String name) {
        return SyscallTable.instance().x32Calls().stream()
                .filter(call -> call.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
