// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.plan;

import dev.renacer.capture.plan.ArgumentRead.When;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A {@link CapturePlan} as struct rc_plan of {@code capture.h}; the engine refuses one of another size. */
public final class PlanBytes {
    // AUDIT_ARCH_* of linux/audit.h in the order of enum rc_abi.
    private static final int[] ABIS = {0xc000003e, 0x40000003, 0xc00000b7};
    static final int TABLE_SIZE = 1024;
    static final int READS = 2048;
    static final int READ_SIZE = 20;
    private static final int RULES = 16;
    private static final int RULE_SIZE = 32;
    private static final int NONE = -1;

    // Bits of a plan byte.
    static final byte READS_AT_ENTRY = 1;
    static final byte READS_AT_EXIT = 1 << 1;
    static final byte AT_EXIT = (byte) 0x80;
    // A bit of enum rc_read_flag.
    static final int LAST = 1;

    private final byte[] tables = new byte[ABIS.length * TABLE_SIZE];
    private final byte[] ruleIndexes = new byte[tables.length];
    private final short[] firstReads = new short[tables.length];
    private final List<ArgumentRead> reads = new ArrayList<>();
    private final List<Boolean> last = new ArrayList<>();
    private final Map<List<ArgumentRead>, Integer> lists = new HashMap<>();
    private final List<ExitRule> rules = new ArrayList<>();

    private PlanBytes() {}

    /** The bytes. */
    public static byte[] of(CapturePlan plan) {
        return plan.bytes().orElseGet(() -> made(plan));
    }

    private static byte[] made(CapturePlan plan) {
        byte unlisted = plan.skipUnlisted() ? CapturePlan.SKIP : 0;
        PlanBytes bytes = new PlanBytes();
        Arrays.fill(bytes.tables, unlisted);
        for (int abi = 0; abi < ABIS.length; abi++) {
            bytes.add(plan, ABIS[abi], abi * TABLE_SIZE);
        }
        return bytes.written(unlisted);
    }

    private void add(CapturePlan plan, int arch, int first) {
        byte[] table = plan.table(arch);
        if (table.length > TABLE_SIZE) {
            throw new IllegalArgumentException(
                    "plan lists call number " + (table.length - 1) + ", the greatest allowed is " + (TABLE_SIZE - 1));
        }
        System.arraycopy(table, 0, tables, first, table.length);
        // In the order of the numbers, so that the same plan has the same bytes.
        new TreeMap<>(plan.reads(arch)).forEach((number, list) -> {
            if (!list.isEmpty()) {
                tables[first + number] |= times(list);
                firstReads[first + number] =
                        (short) lists.computeIfAbsent(list, this::append).intValue();
            }
        });
        new TreeMap<>(plan.exitRules(arch)).forEach((number, rule) -> {
            tables[first + number] |= AT_EXIT;
            ruleIndexes[first + number] = (byte) index(rule);
        });
    }

    private static byte times(List<ArgumentRead> list) {
        byte times = 0;
        for (ArgumentRead read : list) {
            for (When when : read.times()) {
                times |= when == When.ENTRY ? READS_AT_ENTRY : READS_AT_EXIT;
            }
        }
        return times;
    }

    private int append(List<ArgumentRead> list) {
        int first = reads.size();
        if (first + list.size() > READS) {
            throw new IllegalArgumentException("a plan has at most " + READS + " different reads");
        }
        for (int index = 0; index < list.size(); index++) {
            reads.add(list.get(index));
            last.add(index == list.size() - 1);
        }
        return first;
    }

    private int index(ExitRule rule) {
        int known = rules.indexOf(rule);
        if (known >= 0) {
            return known;
        }
        if (rules.size() == RULES) {
            throw new IllegalArgumentException("a plan has at most " + RULES + " different rules");
        }
        rules.add(rule);
        return rules.size() - 1;
    }

    private byte[] written(byte unlisted) {
        int readsAt = 2 * tables.length + Short.BYTES * firstReads.length;
        int rulesAt = readsAt + READS * READ_SIZE;
        int end = rulesAt + RULES * RULE_SIZE;
        // The byte order is that of both processors.
        ByteBuffer bytes = ByteBuffer.allocate(end + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(tables).put(ruleIndexes);
        for (short first : firstReads) {
            bytes.putShort(first);
        }
        for (int index = 0; index < reads.size(); index++) {
            put(bytes, reads.get(index), last.get(index));
        }
        bytes.position(rulesAt);
        rules.forEach(rule -> put(bytes, rule));
        bytes.put(end, unlisted);
        return bytes.array();
    }

    private static void put(ByteBuffer bytes, ArgumentRead read, boolean last) {
        bytes.put((byte) read.argument())
                .put((byte) read.when())
                .put((byte) read.shapeNumber())
                .put((byte) read.lengthNumber())
                .put((byte) read.lengthArgument())
                .put((byte) (read.flags() | (last ? LAST : 0)))
                .putShort((short) read.unit())
                .putInt(read.count())
                .putInt(read.condition().map(ExitRule.Condition::value).orElse(0))
                .put((byte)
                        (int) read.condition().map(ExitRule.Condition::argument).orElse(0))
                .put((byte) read.layout().field())
                .put((byte) read.layout().countField())
                .put((byte) read.layout().countWidth());
    }

    private static void put(ByteBuffer bytes, ExitRule rule) {
        List<ExitRule.Condition> conditions = rule.conditions();
        for (int index = 0; index < ExitRule.MAX_CONDITIONS; index++) {
            bytes.putInt(index < conditions.size() ? conditions.get(index).argument() : NONE);
        }
        for (int index = 0; index < ExitRule.MAX_CONDITIONS; index++) {
            bytes.putInt(index < conditions.size() ? conditions.get(index).value() : 0);
        }
        bytes.putInt(rule.written().map(ExitRule.Written::argument).orElse(NONE));
        bytes.putInt(rule.written().map(ExitRule.Written::bytes).orElse(0));
        bytes.putInt(rule.written()
                .map(ExitRule.Written::lengthArgument)
                .orElse(OptionalInt.empty())
                .orElse(NONE));
        bytes.putInt(rule.failedOnly() ? 1 : 0);
    }
}
