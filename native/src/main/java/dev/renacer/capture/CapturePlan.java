// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What to do for each system call: which arguments to read as strings, and whether to publish it at all. Tables by AUDIT_ARCH_*
 * value; a call outside its table is published without strings. Immutable.
 *
 * <p>One byte a call: bits 0 to 5 mark the arguments that are NUL-terminated strings to be read at entry; {@link #SKIP} marks a
 * call that is not published.
 */
public final class CapturePlan {
    /** The call is not published. */
    public static final byte SKIP = (byte) 0x40;
    /** Publishes every call, reads no strings. */
    public static final CapturePlan EVERYTHING = new CapturePlan(Map.of(), false);

    private final Map<Integer, byte[]> tables;
    private final boolean skipUnlisted;

    /**
     * @param tables        AUDIT_ARCH_* value to one byte a system call number; x32 numbers are listed without their bit 30
     * @param skipUnlisted  whether a call outside its table is skipped (a positive filter is set) instead of published
     */
    public CapturePlan(Map<Integer, byte[]> tables, boolean skipUnlisted) {
        Map<Integer, byte[]> copy = new HashMap<>();
        tables.forEach((arch, table) -> copy.put(arch, table.clone()));
        this.tables = Map.copyOf(copy);
        this.skipUnlisted = skipUnlisted;
    }

    /** The table of this architecture; empty if it has none. */
    public byte[] table(int auditArch) {
        byte[] table = tables.get(auditArch);
        return table == null ? new byte[0] : Arrays.copyOf(table, table.length);
    }

    /** Whether a call outside its table is skipped. */
    public boolean skipUnlisted() {
        return skipUnlisted;
    }
}
