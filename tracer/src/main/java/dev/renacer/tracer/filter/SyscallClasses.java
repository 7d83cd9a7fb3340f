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

    private final Map<String, Set<String>> classes = new TreeMap<>(SyscallTable.classes());

    SyscallClasses() {
        classes.put(ALL, SyscallTable.instance().names());
        classes.put(NONE, Set.of());
    }

    /** The calls of a class; empty if there is no such class. */
    Optional<Set<String>> members(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    /** The names of the classes, sorted. */
    Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(classes.keySet()));
    }
}
