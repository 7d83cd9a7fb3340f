// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

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
 * @param pointees    what its arguments point to, by the argument's index
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

    /** A call whose arguments point to nothing known and whose result is a plain number. */
    public Syscall(Abi abi, int number, String name, boolean known, List<Parameter> parameters) {
        this(abi, number, name, known, parameters, ParameterKind.LONG, Map.of());
    }

    /** What this argument points to; empty if it is no pointer or that is not known. */
    public Optional<Pointee> pointee(int argument) {
        return Optional.ofNullable(pointees.get(argument));
    }

    /** Whether a word among its arguments has 32 bits: a call of i386, or one of x32 that takes what i386 takes. */
    public boolean isNarrow() {
        return abi == Abi.I386
                || ((number & SyscallTable.X32_BIT) != 0 && (number & ~SyscallTable.X32_BIT) >= FIRST_COMPATIBLE);
    }
}
