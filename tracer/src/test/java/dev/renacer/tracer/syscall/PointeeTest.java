// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.syscall.Pointee.Count;
import dev.renacer.tracer.syscall.Pointee.Direction;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointeeTest {
    private static final SyscallTable TABLE = SyscallTable.instance();

    @Test
    void readsWhatSignaturesSay() {
        assertThat(PointeeText.parse("<sockaddr#2"))
                .isEqualTo(new Pointee(Direction.IN, "sockaddr", new Count.Argument(2)));
        assertThat(PointeeText.parse(">bytes=")).isEqualTo(new Pointee(Direction.OUT, "bytes", new Count.Result()));
        assertThat(PointeeText.parse(">bytes=2"))
                .isEqualTo(new Pointee(Direction.OUT, "bytes", new Count.BoundedResult(2)));
        assertThat(PointeeText.parse(">sockaddr*5"))
                .isEqualTo(new Pointee(Direction.OUT, "sockaddr", new Count.PointedTo(5)));
        assertThat(PointeeText.parse("<>pollfd#1"))
                .isEqualTo(new Pointee(Direction.IN_OUT, "pollfd", new Count.Argument(1)));
        assertThat(PointeeText.parse("<timespec[2]"))
                .isEqualTo(new Pointee(Direction.IN, "timespec", new Count.Constant(2)));
        assertThat(PointeeText.parse("!timespec64"))
                .isEqualTo(new Pointee(Direction.INTERRUPTED, "timespec64", new Count.Constant(1)));
        assertThat(PointeeText.parse("+rusage"))
                .isEqualTo(new Pointee(Direction.OUT_IF_POSITIVE, "rusage", new Count.Constant(1)));
        assertThat(PointeeText.parse(">^iovec#2"))
                .isEqualTo(new Pointee(Direction.OUT_ALWAYS, "iovec", new Count.Argument(2)));
        assertThat(PointeeText.parse("<>^int@4+8"))
                .isEqualTo(new Pointee(Direction.IN_OUT_ALWAYS, "int", new Count.Field(4), 8, Optional.empty()));
        assertThat(PointeeText.parse("<msgbuf#2+w"))
                .isEqualTo(new Pointee(Direction.IN, "msgbuf", new Count.Argument(2), Pointee.WORD, Optional.empty()));
    }

    @Test
    void readsUnderWhatConditionThereIsSomething() {
        assertThat(PointeeText.parse(">int?0&0x101000").condition()).contains(new Pointee.Condition(0, 0x101000, true));
        assertThat(PointeeText.parse("!timespec?1=0").condition()).contains(new Pointee.Condition(1, 0, false));
        assertThat(PointeeText.parse(">int").condition()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<",
                "timespec",
                "<int[",
                "<int#x",
                "=int",
                "<int#1=",
                "<>>int",
                "<int+",
                "<int?1",
                "<int?x=1",
                "<^int",
                "^int"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> PointeeText.parse(text))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(text);
    }

    @Test
    void aCallSaysWhatItsArgumentsPointTo() {
        Syscall connect = TABLE.lookup(Abi.X86_64, "connect").orElseThrow();

        assertThat(connect.parameters())
                .extracting(Parameter::kind)
                .containsExactly(ParameterKind.FD, ParameterKind.POINTER, ParameterKind.INT);
        assertThat(connect.pointee(1)).contains(new Pointee(Direction.IN, "sockaddr", new Count.Argument(2)));
        assertThat(connect.pointee(0)).isEmpty();
        assertThat(TABLE.lookup(Abi.X86_64, 0x1f4).pointee(1)).isEmpty();
    }

    @Test
    void eachStructHasASizeInEachAbiThatTakesIt() {
        Set<String> used = new TreeSet<>();
        everyCall()
                .forEach(call -> everyPointee(call).forEach(pointee -> {
                    assertThat(pointee.size(call)).isPositive();
                    used.add(pointee.type());
                    pointee.elements(call).stream()
                            .map(Layouts.Field::type)
                            .filter(type -> !type.isEmpty())
                            .forEach(used::add);
                }));
        Set<String> listed = new TreeSet<>();
        DataTable.rows("structs.tsv").forEach(row -> listed.add(row[0]));
        listed.add(Pointee.STRINGS);
        listed.add(Pointee.POINTERS);
        assertThat(used).isEqualTo(listed);
    }

    /** A count is that of another argument, and that a number or a pointer to one. */
    @Test
    void eachCountIsThatOfAnArgumentWhichTheCallHas() {
        everyCall()
                .forEach(call -> call.pointees().forEach((argument, pointee) -> {
                    assertThat(call.parameters().get(argument).kind())
                            .as(call.name())
                            .isEqualTo(ParameterKind.POINTER);
                    switch (pointee.count()) {
                        case Count.BoundedResult(int index) -> {
                            assertThat(pointee.direction()).isEqualTo(Direction.OUT);
                            assertThat(call.parameters().get(index).kind())
                                    .as(call.name())
                                    .isIn(ParameterKind.INT, ParameterKind.UINT, ParameterKind.SIZE);
                        }
                        case Count.Argument(int index) ->
                            assertThat(call.parameters().get(index).kind())
                                    .as(call.name())
                                    .isIn(
                                            ParameterKind.INT,
                                            ParameterKind.UINT,
                                            ParameterKind.LONG,
                                            ParameterKind.SIZE);
                        case Count.PointedTo(int index) ->
                            assertThat(call.pointee(index)).as(call.name()).hasValueSatisfying(length -> {
                                assertThat(length.type()).isEqualTo("int");
                                assertThat(length.direction()).isEqualTo(Direction.IN_OUT);
                            });
                        case Count.Field(int offset) -> assertThat(offset).isNotNegative();
                        case Count.Constant(int number) -> assertThat(number).isPositive();
                        case Count.Result() -> assertThat(pointee.direction()).isEqualTo(Direction.OUT);
                    }
                }));
    }

    @Test
    void anotherArgumentMayDecideWhatOnePointsTo() {
        Syscall futex = TABLE.lookup(Abi.X86_64, "futex").orElseThrow();

        assertThat(futex.pointee(3)).isEmpty();
        assertThat(futex.pointee(3, new long[] {0, 0x80, 0, 0, 0, 0}))
                .contains(new Pointee(Direction.IN, "timespec", new Count.Constant(1)));
        assertThat(futex.pointee(3, new long[] {0, 0x81, 0, 0, 0, 0})).isEmpty();
        Syscall connect = TABLE.lookup(Abi.X86_64, "connect").orElseThrow();
        assertThat(connect.pointee(1, new long[6])).isEqualTo(connect.pointee(1));
        assertThat(connect.pointee(5, new long[6])).isEmpty();
    }

    private static Stream<Pointee> everyPointee(Syscall call) {
        return call.parameters().stream()
                .flatMap(parameter -> Stream.concat(Stream.of(parameter), parameter.selected().values().stream()))
                .flatMap(parameter -> parameter.pointee().stream());
    }

    private static Stream<Syscall> everyCall() {
        return Stream.concat(
                Stream.of(Abi.values()).map(TABLE::calls).flatMap(Collection::stream), TABLE.x32Calls().stream());
    }
}
