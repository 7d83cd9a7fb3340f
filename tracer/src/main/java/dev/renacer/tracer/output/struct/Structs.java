// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The writers of all structs, by the names they have in structs.tsv. */
public final class Structs {
    /** How many elements of an array, or bytes of a field, are written, as strace does it unless asked for more. */
    public static final int MOST_ELEMENTS = 32;

    private static final Map<String, StructWriter> WRITERS = writers();

    private Structs() {}

    private static Map<String, StructWriter> writers() {
        Map<String, StructWriter> writers = new HashMap<>();
        Scalars.register(writers);
        Times.register(writers);
        Polling.register(writers);
        Signals.register(writers);
        Files.register(writers);
        Limits.register(writers);
        Processes.register(writers);
        Rings.register(writers);
        Filters.register(writers);
        Kernel.register(writers);
        SystemV.register(writers);
        return Map.copyOf(writers);
    }

    /** The writer of a struct; null if it has none of its own. */
    public static @Nullable StructWriter writer(String type) {
        return WRITERS.get(type);
    }

    /** Writes an address. */
    public static void pointer(StringBuilder out, long address) {
        if (address == 0) {
            out.append("NULL");
        } else {
            Digits.hex(out, address);
        }
    }
}
