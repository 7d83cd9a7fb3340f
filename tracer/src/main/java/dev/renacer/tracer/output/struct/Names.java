// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ConstantNames;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.EnumMap;
import java.util.Map;

/** The names of a field's values: a set of constants.tsv, found once. */
public final class Names {
    private final Map<Abi, ConstantNames> byAbi = new EnumMap<>(Abi.class);

    private Names(String set) {
        for (Abi abi : Abi.values()) {
            byAbi.put(abi, SyscallTable.instance().names(abi, set));
        }
    }

    /** The set of this name. */
    public static Names of(String set) {
        return new Names(set);
    }

    /** Writes a value by its names, or in hexadecimal if it has none. */
    public StringBuilder write(StringBuilder out, Memory memory, long value) {
        return write(out, memory.abi(), value);
    }

    /** Writes a value by its names, or in hexadecimal if it has none. */
    public StringBuilder write(StringBuilder out, Abi abi, long value) {
        if (!byAbi.getOrDefault(abi, ConstantNames.NONE).write(out, value, -1)) {
            Digits.hex(out, value);
        }
        return out;
    }
}
