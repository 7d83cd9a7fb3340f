// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One item of a filter, resolved to the calls it names.
 *
 * @param text     without {@code !} and {@code ?}
 * @param negated  whether it excludes
 * @param names    the calls it names
 * @param number   the number it gives instead, which applies to every ABI
 */
record FilterItem(String text, boolean negated, Set<String> names, OptionalInt number) {
    /** Whether it names this call; {@code all} includes calls that the table does not know. */
    boolean matches(Syscall call) {
        if (number.isPresent()) {
            return number.getAsInt() == (call.number() & ~SyscallTable.X32_BIT);
        }
        return call.known() ? names.contains(call.name()) : isAll();
    }

    /** Whether it is a name, a number or an expression, not a class. */
    boolean isOneByOne() {
        return number.isPresent() || text.startsWith("/") || names.equals(Set.of(text));
    }

    /** Whether it names every call, known or not. */
    private boolean isAll() {
        return text.equals(SyscallClasses.ALL) || text.equals("%" + SyscallClasses.ALL);
    }
}
