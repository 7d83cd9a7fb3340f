// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import java.util.Set;

/**
 * One item of a filter, resolved to the calls it names.
 *
 * @param text     without {@code !} and {@code ?}
 * @param negated  whether it excludes
 * @param names    the calls it names
 */
record FilterItem(String text, boolean negated, Set<String> names) {
    boolean matches(String name) {
        return names.contains(name);
    }

    /** Whether it names every call, known or not. */
    boolean isAll() {
        return text.equals(SyscallClasses.ALL) || text.equals("%" + SyscallClasses.ALL);
    }
}
