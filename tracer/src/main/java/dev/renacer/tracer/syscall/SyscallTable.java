// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The system calls of x86-64 (x32 included), i386 and aarch64, by number and by name. The tables are data of the
 * project (tables.tsv, from the newest kernel at the time), whatever kernel or headers this machine has; a number they
 * do not contain is kept and named {@code syscall_0x1f4}. Thread-safe.
 */
public final class SyscallTable {
    /** Marks an x32 call in a number of the x86-64 ABI (asm/unistd.h: __X32_SYSCALL_BIT). */
    public static final int X32_BIT = 0x4000_0000;

    private static final String KERNEL = "kernel";
    /** The columns of tables.tsv after the name; x32 has a table of its own beside that of x86-64. */
    private static final List<String> COLUMNS = List.of("x86_64", "x32", "i386", "aarch64");

    private static final String X32 = "x32";
    private static final String NONE = "-";
    private static final int UNKNOWN_KEPT = 4096;
    private static final List<Parameter> UNKNOWN = Collections.nCopies(6, Parameter.plain(ParameterKind.HEX));
    /** Last, since its construction needs the constants above. */
    private static final SyscallTable INSTANCE = new SyscallTable();

    private final Map<Abi, Calls> byAbi = new EnumMap<>(Abi.class);
    private final Calls x32;
    private final Map<Abi, Map<Integer, Syscall>> unknown = new ConcurrentHashMap<>();
    private final Signatures signatures = new Signatures();

    private final String kernel;

    private SyscallTable() {
        Map<String, Map<Integer, String>> tables = new HashMap<>();
        String version = "";
        for (String[] row : DataTable.rows("tables.tsv")) {
            if (row[0].equals(KERNEL)) {
                version = row[1];
            } else {
                number(tables, row);
            }
        }
        kernel = version;
        for (Abi abi : Abi.values()) {
            byAbi.put(abi, new Calls(abi, 0, tables.getOrDefault(abi.name().toLowerCase(Locale.ROOT), Map.of())));
        }
        x32 = new Calls(Abi.X86_64, X32_BIT, tables.getOrDefault(X32, Map.of()));
    }

    /** The calls of one table, each made when it is first asked for: a program makes few of them. */
    private final class Calls {
        private final Abi abi;
        private final int bit;
        private final String[] names;
        private final AtomicReferenceArray<Syscall> made;
        private final Map<String, Integer> numbers = new HashMap<>();

        Calls(Abi abi, int bit, Map<Integer, String> named) {
            this.abi = abi;
            this.bit = bit;
            int size = 0;
            for (Integer number : named.keySet()) {
                size = Math.max(size, number + 1);
            }
            names = new String[size];
            for (Map.Entry<Integer, String> call : named.entrySet()) {
                names[call.getKey()] = call.getValue();
                numbers.put(call.getValue(), call.getKey());
            }
            made = new AtomicReferenceArray<>(size);
        }

        int size() {
            return names.length;
        }

        Syscall get(int number) {
            Syscall known = made.get(number);
            return known != null ? known : make(number);
        }

        private synchronized Syscall make(int number) {
            Syscall known = made.get(number);
            if (known == null) {
                String name = names[number];
                known = name == null ? nameless(abi, number | bit) : named(abi, number | bit, name);
                made.set(number, known);
            }
            return known;
        }

        Optional<Syscall> get(String name) {
            Integer number = numbers.get(name);
            return number == null ? Optional.empty() : Optional.of(get(number));
        }

        List<Syscall> known() {
            List<Syscall> calls = new ArrayList<>();
            for (int number = 0; number < names.length; number++) {
                if (names[number] != null) {
                    calls.add(get(number));
                }
            }
            return calls;
        }
    }

    private static void number(Map<String, Map<Integer, String>> tables, String[] row) {
        for (int column = 0; column < COLUMNS.size(); column++) {
            String number = row[column + 1];
            if (!number.equals(NONE)) {
                Map<Integer, String> table = tables.get(COLUMNS.get(column));
                if (table == null) {
                    table = new HashMap<>();
                    tables.put(COLUMNS.get(column), table);
                }
                table.put(Integer.valueOf(number), row[0]);
            }
        }
    }

    /** The tables. */
    public static SyscallTable instance() {
        return INSTANCE;
    }

    /** The Linux version whose calls these are, such as {@code 7.3}. */
    public String kernel() {
        return kernel;
    }

    /**
     * The call with this number; never fails: an unknown number gives a call that is not {@link Syscall#known()}.
     *
     * @param number  as the kernel got it; on x86-64 it is an x32 call if bit 30 is set
     */
    public Syscall lookup(Abi abi, int number) {
        Calls table = byAbi.get(abi);
        if (table != null && number >= 0 && number < table.size()) {
            return table.get(number);
        }
        int x32Number = number & ~X32_BIT;
        if (abi == Abi.X86_64 && number >= X32_BIT && x32Number < x32.size()) {
            return x32.get(x32Number);
        }
        Map<Integer, Syscall> seen = unknown.computeIfAbsent(abi, key -> new ConcurrentHashMap<>());
        // A program may try any number, so what is kept is bounded.
        return seen.size() < UNKNOWN_KEPT ? seen.computeIfAbsent(number, n -> nameless(abi, n)) : nameless(abi, number);
    }

    /** The call with this name; empty if this ABI has none. */
    public Optional<Syscall> lookup(Abi abi, String name) {
        Calls table = byAbi.get(abi);
        return table == null ? Optional.empty() : table.get(name);
    }

    /** The call of this name as one that is made through another one, whose number it has; see {@code socketcall(2)}. */
    public Syscall through(Syscall multiplexer, String name) {
        return named(multiplexer.abi(), multiplexer.number(), name);
    }

    /** Whether any ABI has a call of this name. */
    public boolean knows(String name) {
        for (Calls table : byAbi.values()) {
            if (table.numbers.containsKey(name)) {
                return true;
            }
        }
        return false;
    }

    /** The names of all ABIs, sorted. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Calls table : byAbi.values()) {
            names.addAll(table.numbers.keySet());
        }
        return Collections.unmodifiableSet(names);
    }

    /** The known calls of one ABI, without x32. */
    public Collection<Syscall> calls(Abi abi) {
        Calls table = byAbi.get(abi);
        return table == null ? List.of() : table.known();
    }

    /** The greatest number that a call of this ABI has, x32 included without its bit; -1 if there is none. */
    public int greatest(Abi abi) {
        Calls table = byAbi.get(abi);
        int size = table == null ? 0 : table.size();
        return Math.max(size, abi == Abi.X86_64 ? x32.size() : 0) - 1;
    }

    /** The known x32 calls; their numbers have {@link #X32_BIT} set. */
    public Collection<Syscall> x32Calls() {
        return x32.known();
    }

    /**
     * Classes of calls, such as {@code network}, each with the names of its calls.
     */
    public static Map<String, Set<String>> classes() {
        Map<String, Set<String>> classes = new HashMap<>();
        for (String[] row : DataTable.rows("classes.tsv")) {
            classes.computeIfAbsent(row[0], name -> new TreeSet<>()).add(row[1]);
        }
        return classes;
    }

    /**
     * The names of the values of a set in constants.tsv, as this ABI has them.
     *
     * @throws IllegalStateException if there is no such set: the build is broken
     */
    public ConstantNames names(Abi abi, String set) {
        return signatures.names(abi, set);
    }

    private Syscall named(Abi abi, int number, String name) {
        return signatures
                .of(abi, name)
                .map(signature -> new Syscall(abi, number, name, true, signature.parameters(), signature.returns()))
                .orElseGet(() -> new Syscall(abi, number, name, true, UNKNOWN));
    }

    private static Syscall nameless(Abi abi, int number) {
        return new Syscall(abi, number, "syscall_0x" + Integer.toHexString(number), false, UNKNOWN);
    }
}
