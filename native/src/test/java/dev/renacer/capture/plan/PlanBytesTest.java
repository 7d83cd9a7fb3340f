// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.capture.plan.ArgumentRead.Layout;
import dev.renacer.capture.plan.ArgumentRead.Length;
import dev.renacer.capture.plan.ArgumentRead.Shape;
import dev.renacer.capture.plan.ArgumentRead.When;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanBytesTest {
    private static final int X86_64 = 0xc000003e;
    private static final int AARCH64 = 0xc00000b7;
    private static final int TABLES = 3 * PlanBytes.TABLE_SIZE;
    private static final int FIRST_READS = 2 * TABLES;
    private static final int READS = 4 * TABLES;

    private static final ArgumentRead ADDRESS = new ArgumentRead(
            1, EnumSet.of(When.ENTRY), Shape.BYTES, new Length.OfArgument(2, true, false), 1, false, false);
    private static final ArgumentRead LENGTH = new ArgumentRead(
            2, EnumSet.of(When.ENTRY, When.EXIT), Shape.BYTES, new Length.Constant(0x01020304), 0x0506, true, true);
    private static final ArgumentRead BOUNDED =
            new ArgumentRead(1, EnumSet.of(When.EXIT), Shape.BYTES, new Length.BoundedResult(5, true), 1, false, false);
    private static final ArgumentRead NAME = new ArgumentRead(
            1, EnumSet.of(When.INTERRUPTED), Shape.MESSAGES, new Length.PointedTo(2), 0xffff, false, false);

    @Test
    void eachReadIsWrittenAsTheEngineHasIt() {
        byte[] bytes =
                PlanBytes.of(plan(Map.of(41, List.of(BOUNDED), 42, List.of(ADDRESS), 43, List.of(LENGTH, NAME))));

        assertThat(bytes[41]).isEqualTo(PlanBytes.READS_AT_EXIT);
        assertThat(read(bytes, first(bytes, 41))).containsExactly(1, 2, 0, 2, 5, 1 | 8 | 32, 1, 0, 0, 0, 0, 0);
        assertThat(bytes[42]).isEqualTo(PlanBytes.READS_AT_ENTRY);
        assertThat(bytes[43]).isEqualTo((byte) (PlanBytes.READS_AT_ENTRY | PlanBytes.READS_AT_EXIT));
        assertThat(bytes[44]).isZero();
        assertThat(read(bytes, first(bytes, 42))).containsExactly(1, 1, 0, 1, 2, 1 | 8, 1, 0, 0, 0, 0, 0);
        assertThat(read(bytes, first(bytes, 43))).containsExactly(2, 3, 0, 0, 0, 2 | 4, 6, 5, 4, 3, 2, 1);
        assertThat(read(bytes, first(bytes, 43) + 1)).containsExactly(1, 4, 5, 3, 2, 1, -1, -1, 0, 0, 0, 0);
    }

    @Test
    void aConditionIsWrittenToo() {
        ArgumentRead conditional = ADDRESS.onlyIf(new ExitRule.Condition(3, 0x01020304));
        byte[] bytes = PlanBytes.of(plan(Map.of(7, List.of(ADDRESS, conditional))));

        assertThat(condition(bytes, 0)).containsOnly(0);
        assertThat(read(bytes, 1)).containsExactly(1, 1, 0, 1, 2, 1 | 8 | 64, 1, 0, 0, 0, 0, 0);
        assertThat(condition(bytes, 1)).containsExactly(4, 3, 2, 1, 3, 0, 0, 0);
    }

    @Test
    void aConditionOfBitsIsAnother() {
        byte[] bytes = PlanBytes.of(plan(Map.of(7, List.of(ADDRESS.onlyIfAny(new ExitRule.Condition(3, 6))))));

        assertThat(read(bytes, 0)).startsWith(1, 1, 0, 1, 2, 1 + 8 - 128);
        assertThat(condition(bytes, 0)).containsExactly(6, 0, 0, 0, 3, 0, 0, 0);
    }

    @Test
    void whereThingsStandInAStructIsWrittenToo() {
        ArgumentRead indirect = new ArgumentRead(
                        5, EnumSet.of(When.ENTRY), Shape.INDIRECT, new Length.Constant(7), 16, false, false)
                .laidOut(new Layout(8, 2, 4, 9, 0));
        ArgumentRead behind = new ArgumentRead(
                        1, EnumSet.of(When.POSITIVE, When.FAILED), Shape.BYTES, new Length.OfField(12), 1, false, false)
                .laidOut(Layout.behind(8));
        byte[] bytes = PlanBytes.of(plan(Map.of(7, List.of(indirect, behind))));

        assertThat(read(bytes, 0)).containsExactly(5, 1, 7, 0, 9, 0, 16, 0, 7, 0, 0, 0);
        assertThat(condition(bytes, 0)).containsExactly(0, 0, 0, 0, 0, 8, 2, 4);
        assertThat(read(bytes, 1)).containsExactly(1, 8 | 16, 0, 4, 12, 1, 1, 0, 8, 0, 0, 0);
        assertThatThrownBy(() -> Layout.of(256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Length.OfField(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equalListsStandInThePlanOnce() {
        Map<Integer, List<ArgumentRead>> same = Map.of(1, List.of(ADDRESS, LENGTH), 2, List.of(ADDRESS, LENGTH));
        byte[] table = new byte[100];
        byte[] bytes = PlanBytes.of(new CapturePlan(
                Map.of(X86_64, table, AARCH64, table), Map.of(X86_64, same, AARCH64, same), Map.of(), false));

        assertThat(first(bytes, 1)).isEqualTo(first(bytes, 2));
        assertThat(first(bytes, 1 + 2 * PlanBytes.TABLE_SIZE)).isEqualTo(first(bytes, 1));
        assertThat(read(bytes, 2)).containsOnly(0);
    }

    @Test
    void aSkippedCallStaysSkipped() {
        byte[] table = {CapturePlan.SKIP};
        byte[] bytes = PlanBytes.of(
                new CapturePlan(Map.of(X86_64, table), Map.of(X86_64, Map.of(0, List.of(ADDRESS))), Map.of(), true));

        assertThat(bytes[0]).isEqualTo((byte) (CapturePlan.SKIP | PlanBytes.READS_AT_ENTRY));
        assertThat(bytes[1]).isEqualTo(CapturePlan.SKIP);
    }

    @Test
    void whatTheEngineWouldRefuseIsNotWritten() {
        assertThatThrownBy(() -> plan(Map.of(100, List.of(ADDRESS)))).hasMessageContaining("is in no table");
        assertThatThrownBy(() -> plan(Map.of(1, Collections.nCopies(7, LENGTH))))
                .hasMessageContaining("7 reads, 14 of them always");
        ArgumentRead conditional = LENGTH.onlyIf(new ExitRule.Condition(0, 1));
        assertThat(PlanBytes.of(plan(Map.of(1, Collections.nCopies(192, conditional)))))
                .isNotEmpty();
        assertThatThrownBy(() -> plan(Map.of(1, Collections.nCopies(193, conditional))))
                .hasMessageContaining("193 reads, 0 of them always");
        Map<Integer, List<ArgumentRead>> many = new HashMap<>();
        IntStream.range(0, 100)
                .forEach(number -> many.put(number, Collections.nCopies(number % 12 + 1, differing(number))));
        byte[] bytes = PlanBytes.of(plan(many));
        assertThat(first(bytes, 99)).isPositive();
        assertThatThrownBy(() ->
                        new ArgumentRead(6, EnumSet.of(When.EXIT), Shape.BYTES, new Length.Result(), 1, false, false))
                .hasMessageContaining("no argument 6");
        assertThatThrownBy(() -> new ArgumentRead(
                        0, EnumSet.of(When.EXIT), Shape.BYTES, new Length.Result(), 65_536, false, false))
                .hasMessageContaining("unit");
    }

    private static ArgumentRead differing(int number) {
        return new ArgumentRead(
                0, EnumSet.of(When.EXIT), Shape.BYTES, new Length.Constant(number + 1), 1, false, false);
    }

    private static CapturePlan plan(Map<Integer, List<ArgumentRead>> reads) {
        return new CapturePlan(Map.of(X86_64, new byte[100]), Map.of(X86_64, reads), Map.of(), false);
    }

    private static int first(byte[] bytes, int number) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(FIRST_READS + Short.BYTES * number);
    }

    private static List<Integer> read(byte[] bytes, int index) {
        return bytes(bytes, index, 0, 12);
    }

    private static List<Integer> condition(byte[] bytes, int index) {
        return bytes(bytes, index, 12, PlanBytes.READ_SIZE);
    }

    private static List<Integer> bytes(byte[] bytes, int index, int from, int to) {
        int at = READS + PlanBytes.READ_SIZE * index;
        return IntStream.range(at + from, at + to)
                .mapToObj(place -> (int) bytes[place])
                .toList();
    }
}
