// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.plan;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What to do for each system call: whether to publish it at all, what to read of what its arguments point to, and its
 * {@link ExitRule}. Tables by AUDIT_ARCH_* value; a call outside its table is published without such data. Immutable.
 */
public final class CapturePlan {
    /** The call is not published. */
    public static final byte SKIP = (byte) 0x40;
    /** Publishes every call, reads nothing of their arguments. */
    public static final CapturePlan EVERYTHING = new CapturePlan(Map.of(), false);

    private static final int READS_OF_CALL = 12;
    private static final int READS_LISTED = 192;

    private final Map<Integer, byte[]> tables;
    private final Map<Integer, Map<Integer, List<ArgumentRead>>> reads;
    private final Map<Integer, Map<Integer, ExitRule>> exitRules;
    private final boolean skipUnlisted;
    /** If it was made before: its bytes, and where the rest of it is from. */
    private final @Nullable Prepared prepared;

    /** A plan that was made when the program was built. */
    private static final class Prepared {
        final byte[] bytes;
        private final Supplier<CapturePlan> source;
        private @Nullable CapturePlan made;

        Prepared(byte[] bytes, Supplier<CapturePlan> source) {
            this.bytes = bytes;
            this.source = source;
        }

        synchronized CapturePlan plan() {
            CapturePlan known = made;
            if (known == null) {
                known = source.get();
                made = known;
            }
            return known;
        }
    }

    /**
     * @param tables        AUDIT_ARCH_* value to one byte per system call number, {@link #SKIP} or 0; x32 numbers are listed
     *     without their bit 30
     * @param skipUnlisted  whether a call outside its table is skipped (a positive filter is set) instead of published
     */
    public CapturePlan(Map<Integer, byte[]> tables, boolean skipUnlisted) {
        this(tables, Map.of(), Map.of(), skipUnlisted);
    }

    /**
     * As {@link #CapturePlan(Map, boolean)}, with what is read of arguments, and rules for the exits of calls.
     *
     * @param reads      AUDIT_ARCH_* value to what is read, in that order, by system call number; the tables must list
     *     these numbers. At most 192 for a call, of which 12 are made, entry and exit together
     * @param exitRules  AUDIT_ARCH_* value to the rules by system call number; the tables must list these numbers
     */
    public CapturePlan(
            Map<Integer, byte[]> tables,
            Map<Integer, Map<Integer, List<ArgumentRead>>> reads,
            Map<Integer, Map<Integer, ExitRule>> exitRules,
            boolean skipUnlisted) {
        Map<Integer, byte[]> copy = new HashMap<>();
        tables.forEach((arch, table) -> copy.put(arch, table.clone()));
        this.tables = Map.copyOf(copy);
        Map<Integer, Map<Integer, List<ArgumentRead>>> readsOf = new HashMap<>();
        reads.forEach((arch, byNumber) -> {
            Map<Integer, List<ArgumentRead>> lists = new HashMap<>();
            byNumber.forEach((number, list) -> {
                requireListed(arch, number);
                requireFew(number, list);
                lists.put(number, List.copyOf(list));
            });
            readsOf.put(arch, Map.copyOf(lists));
        });
        this.reads = Map.copyOf(readsOf);
        Map<Integer, Map<Integer, ExitRule>> rules = new HashMap<>();
        exitRules.forEach((arch, byNumber) -> {
            byNumber.keySet().forEach(number -> requireListed(arch, number));
            rules.put(arch, Map.copyOf(byNumber));
        });
        this.exitRules = Map.copyOf(rules);
        this.skipUnlisted = skipUnlisted;
        this.prepared = null;
    }

    private CapturePlan(Prepared prepared) {
        tables = Map.of();
        reads = Map.of();
        exitRules = Map.of();
        skipUnlisted = false;
        this.prepared = prepared;
    }

    /**
     * A plan whose bytes are known, so that nothing of it needs to be made for a session.
     *
     * @param bytes   what {@link PlanBytes} makes of the plan; not copied
     * @param source  makes the plan itself, if it is asked what is in it
     */
    public static CapturePlan prepared(byte[] bytes, Supplier<CapturePlan> source) {
        return new CapturePlan(new Prepared(bytes, source));
    }

    /** The bytes it was made with; empty if they are still to be made. */
    Optional<byte[]> bytes() {
        return Optional.ofNullable(prepared).map(plan -> plan.bytes);
    }

    private CapturePlan full() {
        return prepared == null ? this : prepared.plan();
    }

    private static void requireFew(int number, List<ArgumentRead> list) {
        int always = list.stream()
                .filter(read -> read.condition().isEmpty())
                .mapToInt(read -> read.times().size())
                .sum();
        if (always > READS_OF_CALL || list.size() > READS_LISTED) {
            throw new IllegalArgumentException("call %d has %d reads, %d of them always: at most %d and %d are allowed"
                    .formatted(number, list.size(), always, READS_LISTED, READS_OF_CALL));
        }
    }

    private void requireListed(int arch, int number) {
        byte[] table = tables.get(arch);
        if (table == null || number < 0 || number >= table.length) {
            throw new IllegalArgumentException("call " + number + " has a read or a rule but is in no table");
        }
    }

    /** The table of this architecture; empty if it has none. */
    public byte[] table(int auditArch) {
        byte[] table = full().tables.get(auditArch);
        return table == null ? new byte[0] : Arrays.copyOf(table, table.length);
    }

    /** What is read of the arguments of calls of this architecture, by system call number. */
    public Map<Integer, List<ArgumentRead>> reads(int auditArch) {
        return full().reads.getOrDefault(auditArch, Map.of());
    }

    /** The rules for the exits of calls of this architecture, by system call number. */
    public Map<Integer, ExitRule> exitRules(int auditArch) {
        return full().exitRules.getOrDefault(auditArch, Map.of());
    }

    /** Whether a call outside its table is skipped. */
    public boolean skipUnlisted() {
        return full().skipUnlisted;
    }
}
