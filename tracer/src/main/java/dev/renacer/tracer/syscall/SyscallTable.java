// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.Arrays;
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

    private final Map<Abi, Syscall[]> byNumber = new EnumMap<>(Abi.class);
    private final Syscall[] x32;
    private final Map<Abi, Map<String, Syscall>> byName = new EnumMap<>(Abi.class);
    private final Set<String> names = new TreeSet<>();
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
            Syscall[] table = table(abi, 0, tables.getOrDefault(abi.name().toLowerCase(Locale.ROOT), Map.of()));
            Map<String, Syscall> named = new HashMap<>();
            for (Syscall syscall : table) {
                if (syscall.known()) {
                    named.put(syscall.name(), syscall);
                }
            }
            byNumber.put(abi, table);
            byName.put(abi, named);
            names.addAll(named.keySet());
        }
        x32 = table(Abi.X86_64, X32_BIT, tables.getOrDefault(X32, Map.of()));
    }

    private static void number(Map<String, Map<Integer, String>> tables, String[] row) {
        for (int column = 0; column < COLUMNS.size(); column++) {
            String number = row[column + 1];
            if (!number.equals(NONE)) {
                tables.computeIfAbsent(COLUMNS.get(column), name -> new HashMap<>())
                        .put(Integer.valueOf(number), row[0]);
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
        Syscall[] table = byNumber.get(abi);
        if (table != null && number >= 0 && number < table.length) {
            return table[number];
        }
        int x32Number = number & ~X32_BIT;
        if (abi == Abi.X86_64 && number >= X32_BIT && x32Number < x32.length) {
            return x32[x32Number];
        }
        Map<Integer, Syscall> seen = unknown.computeIfAbsent(abi, key -> new ConcurrentHashMap<>());
        // A program may try any number, so what is kept is bounded.
        return seen.size() < UNKNOWN_KEPT ? seen.computeIfAbsent(number, n -> nameless(abi, n)) : nameless(abi, number);
    }

    /** The call with this name; empty if this ABI has none. */
    public Optional<Syscall> lookup(Abi abi, String name) {
        return Optional.ofNullable(byName.getOrDefault(abi, Map.of()).get(name));
    }

    /** Whether any ABI has a call of this name. */
    public boolean knows(String name) {
        return names.contains(name);
    }

    /** The names of all ABIs, sorted. */
    public Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    /** The known calls of one ABI, without x32. */
    public Collection<Syscall> calls(Abi abi) {
        return List.copyOf(byName.getOrDefault(abi, Map.of()).values());
    }

    /** The known x32 calls; their numbers have {@link #X32_BIT} set. */
    public Collection<Syscall> x32Calls() {
        return Arrays.stream(x32).filter(Syscall::known).toList();
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

    private Syscall[] table(Abi abi, int bit, Map<Integer, String> named) {
        int size = named.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
        Syscall[] table = new Syscall[size];
        for (int number = 0; number < size; number++) {
            String name = named.get(number);
            table[number] = name == null ? nameless(abi, number | bit) : named(abi, number | bit, name);
        }
        return table;
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
