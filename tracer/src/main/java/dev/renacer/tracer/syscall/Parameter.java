// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.Map;
import java.util.Optional;

/**
 * One argument of a system call.
 *
 * @param kind      what it is
 * @param names     the names of its values; {@link ConstantNames#NONE} if they are plain numbers or depend on another
 *     argument
 * @param selector  the argument that decides what this one is, such as a socket option's level; -1: none
 * @param selected  what it is, by the value of that argument
 * @param pointee   what it points to, whatever the other arguments are; empty if it is no pointer or that is not known
 */
public record Parameter(
        ParameterKind kind,
        ConstantNames names,
        int selector,
        Map<Integer, Parameter> selected,
        Optional<Pointee> pointee) {
    /** What an argument is that has no meaning in its call, like those after it. */
    static final Parameter MEANINGLESS = plain(ParameterKind.NOTHING);

    /** In {@link #selected}: what it is for all other values. */
    public static final int OTHERWISE = Integer.MIN_VALUE;

    public Parameter {
        selected = Map.copyOf(selected);
    }

    /** An argument without names. */
    static Parameter plain(ParameterKind kind) {
        return named(kind, ConstantNames.NONE);
    }

    /** An argument whose values have these names. */
    static Parameter named(ParameterKind kind, ConstantNames names) {
        return new Parameter(kind, names, -1, Map.of(), Optional.empty());
    }

    /** The same argument, pointing to that. */
    Parameter to(Pointee what) {
        return new Parameter(kind, names, selector, selected, Optional.of(what));
    }

    /** What it is in a call with these arguments. */
    public Parameter in(long[] arguments) {
        if (selector < 0) {
            return this;
        }
        Parameter found = selected.get((int) arguments[selector]);
        if (found == null) {
            return selected.getOrDefault(OTHERWISE, this);
        }
        return found.in(arguments);
    }

    /** Whether it has no meaning in its call, like all arguments after it. */
    public boolean isMeaningless() {
        return kind == ParameterKind.NOTHING;
    }
}
