// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ConstantNames;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of a field's values: a set of constants.tsv or fields.tsv, found when it is first used. */
public final class Names {
    private final String set;
    /** By ABI; threads that find it at the same time find the same. */
    private @Nullable Map<Abi, ConstantNames> found;

    private Names(String set) {
        this.set = set;
    }

    /** The set of this name. */
    public static Names of(String set) {
        return new Names(set);
    }

    private ConstantNames in(Abi abi) {
        Map<Abi, ConstantNames> byAbi = found;
        if (byAbi == null) {
            byAbi = new EnumMap<>(Abi.class);
            for (Abi each : Abi.values()) {
                byAbi.put(each, SyscallTable.instance().names(each, set));
            }
            found = byAbi;
        }
        return byAbi.getOrDefault(abi, ConstantNames.NONE);
    }

    /** Writes a value by its names, or in hexadecimal if it has none. */
    public StringBuilder write(StringBuilder out, Memory memory, long value) {
        return write(out, memory.abi(), value);
    }

    /** Writes a value by its names, or in hexadecimal if it has none. */
    public StringBuilder write(StringBuilder out, Abi abi, long value) {
        if (!in(abi).write(out, value, -1)) {
            Digits.hex(out, value);
        }
        return out;
    }

    /** Writes flags by their names, and nothing if none is set. */
    public StringBuilder flags(StringBuilder out, Memory memory, long value) {
        return value == 0 ? out : write(out, memory, value);
    }
}
