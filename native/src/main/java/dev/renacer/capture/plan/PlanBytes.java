// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** A {@link CapturePlan} as struct rc_plan of {@code capture.h}; the engine refuses one of another size. */
public final class PlanBytes {
    // AUDIT_ARCH_* of linux/audit.h in the order of enum rc_abi.
    private static final int[] ABIS = {0xc000003e, 0x40000003, 0xc00000b7};
    private static final int TABLE_SIZE = 1024;
    private static final int RULES = 16;
    private static final int RULE_SIZE = 32;
    private static final int NONE = -1;

    private PlanBytes() {}

    /** The bytes. */
    public static byte[] of(CapturePlan plan) {
        byte unlisted = plan.skipUnlisted() ? CapturePlan.SKIP : 0;
        List<ExitRule> rules = new ArrayList<>();
        byte[] tables = new byte[ABIS.length * TABLE_SIZE];
        byte[] indexes = new byte[tables.length];
        Arrays.fill(tables, unlisted);
        for (int abi = 0; abi < ABIS.length; abi++) {
            byte[] table = plan.table(ABIS[abi]);
            if (table.length > TABLE_SIZE) {
                throw new IllegalArgumentException("plan lists call number " + (table.length - 1)
                        + ", the greatest allowed is " + (TABLE_SIZE - 1));
            }
            int first = abi * TABLE_SIZE;
            System.arraycopy(table, 0, tables, first, table.length);
            plan.exitRules(ABIS[abi]).forEach((number, rule) -> {
                tables[first + number] |= CapturePlan.AT_EXIT;
                indexes[first + number] = (byte) index(rules, rule);
            });
        }
        ByteBuffer bytes = ByteBuffer.allocate(2 * tables.length + RULES * RULE_SIZE + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN); // that of both processors
        bytes.put(tables).put(indexes);
        rules.forEach(rule -> put(bytes, rule));
        bytes.put(2 * tables.length + RULES * RULE_SIZE, unlisted);
        return bytes.array();
    }

    private static int index(List<ExitRule> rules, ExitRule rule) {
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
