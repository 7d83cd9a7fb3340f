// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.Map;

/**
 * One argument of a system call.
 *
 * @param kind      what it is
 * @param names     the names of its values; {@link ConstantNames#NONE} if they are plain numbers or depend on another
 *     argument
 * @param selector  the argument that its values depend on, such as a socket option's level; -1: none
 * @param selected  names of its values by the value of that argument
 */
public record Parameter(ParameterKind kind, ConstantNames names, int selector, Map<Integer, ConstantNames> selected) {
    public Parameter {
        selected = Map.copyOf(selected);
    }

    /** An argument without names. */
    static Parameter plain(ParameterKind kind) {
        return new Parameter(kind, ConstantNames.NONE, -1, Map.of());
    }

    /** Names of its values in a call with these arguments. */
    public ConstantNames names(long[] arguments) {
        return selector < 0 ? names : selected.getOrDefault((int) arguments[selector], ConstantNames.NONE);
    }
}
