// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.tracer.syscall.SyscallTable;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The classes of calls a filter may name, from classes.tsv, and {@code all} and {@code none}. */
final class SyscallClasses {
    static final String ALL = "all";
    static final String NONE = "none";

    /** The classes that may be named without {@code %}; other classes have names that are calls as well. */
    private static final Set<String> WITHOUT_SIGN =
            Set.of(ALL, NONE, "desc", "file", "ipc", "memory", "network", "process", "signal");

    private final Map<String, Set<String>> classes = new TreeMap<>(SyscallTable.classes());

    SyscallClasses() {
        classes.put(ALL, SyscallTable.instance().names());
        classes.put(NONE, Set.of());
    }

    /** The calls of a class; empty if there is no such class. */
    Optional<Set<String>> members(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    /** The calls of a class that may be named without {@code %}; empty if there is no such class. */
    Optional<Set<String>> membersWithoutSign(String name) {
        return WITHOUT_SIGN.contains(name) ? members(name) : Optional.empty();
    }

    /** The names of the classes that may be named without {@code %}. */
    static Set<String> namesWithoutSign() {
        return WITHOUT_SIGN;
    }

    /** The names of the classes, sorted. */
    Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(classes.keySet()));
    }
}
