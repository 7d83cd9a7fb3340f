// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A system call of one ABI. {@link SyscallTable} gives one instance per (ABI, number), so identity comparison is
 * allowed.
 *
 * @param abi     the table it belongs to
 * @param number  its number there
 * @param name    its name, {@code syscall_0x<hex number>} if the table does not know it
 * @param known   whether the table knows it
 * @param parameters  what its arguments are, in order; for an unknown call six of {@link ParameterKind#HEX}
 * @param returns     what its result is: LONG (decimal), POINTER, HEX or MODE
 * @param pointees    what its arguments point to whatever the others are, by the argument's index
 */
public record Syscall(
        Abi abi,
        int number,
        String name,
        boolean known,
        List<Parameter> parameters,
        ParameterKind returns,
        Map<Integer, Pointee> pointees) {
    /** The number of the first x32 call with a number of its own (arch/x86/entry/syscalls/syscall_64.tbl). */
    private static final int FIRST_COMPATIBLE = 512;

    public Syscall {
        parameters = List.copyOf(parameters);
        pointees = Map.copyOf(pointees);
    }

    /** A call whose arguments are these and point to what they say. */
    public Syscall(Abi abi, int number, String name, boolean known, List<Parameter> parameters, ParameterKind returns) {
        this(abi, number, name, known, parameters, returns, pointees(parameters));
    }

    /** A call whose result is a plain number. */
    public Syscall(Abi abi, int number, String name, boolean known, List<Parameter> parameters) {
        this(abi, number, name, known, parameters, ParameterKind.LONG);
    }

    private static Map<Integer, Pointee> pointees(List<Parameter> parameters) {
        Map<Integer, Pointee> pointees = new HashMap<>();
        for (int index = 0; index < parameters.size(); index++) {
            Optional<Pointee> pointee = parameters.get(index).pointee();
            if (pointee.isPresent()) {
                pointees.put(index, pointee.get());
            }
        }
        return pointees;
    }

    /** What this argument points to whatever the others are; empty if it is no pointer or that is not known. */
    public Optional<Pointee> pointee(int argument) {
        return Optional.ofNullable(pointees.get(argument));
    }

    /** What this argument points to in a call with these arguments; empty if it is no pointer or that is not known. */
    public Optional<Pointee> pointee(int argument, long[] arguments) {
        return argument < parameters.size()
                ? parameters.get(argument).in(arguments).pointee()
                : Optional.empty();
    }

    /** Whether a word among its arguments has 32 bits: a call of i386, or one of x32 that takes what i386 takes. */
    public boolean isNarrow() {
        return abi == Abi.I386
                || ((number & SyscallTable.X32_BIT) != 0 && (number & ~SyscallTable.X32_BIT) >= FIRST_COMPATIBLE);
    }
}
