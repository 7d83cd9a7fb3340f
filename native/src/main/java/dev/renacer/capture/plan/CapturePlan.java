// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.plan;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What to do for each system call: which arguments to read as strings, and whether to publish it at all. Tables by AUDIT_ARCH_*
 * value; a call outside its table is published without strings. Immutable.
 *
 * <p>One byte per call: bits 0 to 5 mark the arguments that are NUL-terminated strings to be read at entry;
 * {@link #SKIP} marks a call that is not published. A call may also have an {@link ExitRule}.
 */
public final class CapturePlan {
    /** The call is not published. */
    public static final byte SKIP = (byte) 0x40;
    /** The call has an exit rule; only the bytes handed to the engine have this bit. */
    static final byte AT_EXIT = (byte) 0x80;
    /** Publishes every call, reads no strings. */
    public static final CapturePlan EVERYTHING = new CapturePlan(Map.of(), false);

    private final Map<Integer, byte[]> tables;
    private final Map<Integer, Map<Integer, ExitRule>> exitRules;
    private final boolean skipUnlisted;

    /**
     * @param tables        AUDIT_ARCH_* value to one byte per system call number; x32 numbers are listed without their
     *     bit 30
     * @param skipUnlisted  whether a call outside its table is skipped (a positive filter is set) instead of published
     */
    public CapturePlan(Map<Integer, byte[]> tables, boolean skipUnlisted) {
        this(tables, Map.of(), skipUnlisted);
    }

    /**
     * As {@link #CapturePlan(Map, boolean)}, with rules for the exits of calls.
     *
     * @param exitRules  AUDIT_ARCH_* value to the rules by system call number; the tables must list these numbers
     */
    public CapturePlan(
            Map<Integer, byte[]> tables, Map<Integer, Map<Integer, ExitRule>> exitRules, boolean skipUnlisted) {
        Map<Integer, byte[]> copy = new HashMap<>();
        tables.forEach((arch, table) -> copy.put(arch, table.clone()));
        this.tables = Map.copyOf(copy);
        Map<Integer, Map<Integer, ExitRule>> rules = new HashMap<>();
        exitRules.forEach((arch, byNumber) -> {
            byNumber.keySet().forEach(number -> {
                if (number < 0 || number >= table(arch).length) {
                    throw new IllegalArgumentException("call " + number + " has a rule but is in no table");
                }
            });
            rules.put(arch, Map.copyOf(byNumber));
        });
        this.exitRules = Map.copyOf(rules);
        this.skipUnlisted = skipUnlisted;
    }

    /** The table of this architecture; empty if it has none. */
    public byte[] table(int auditArch) {
        byte[] table = tables.get(auditArch);
        return table == null ? new byte[0] : Arrays.copyOf(table, table.length);
    }

    /** The rules for the exits of calls of this architecture, by system call number. */
    public Map<Integer, ExitRule> exitRules(int auditArch) {
        return exitRules.getOrDefault(auditArch, Map.of());
    }

    /** Whether a call outside its table is skipped. */
    public boolean skipUnlisted() {
        return skipUnlisted;
    }
}
