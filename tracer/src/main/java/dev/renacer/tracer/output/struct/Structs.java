// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The writers of all structs, by the names they have in structs.tsv. */
public final class Structs {
    private static final Map<String, StructWriter> WRITERS = new ConcurrentHashMap<>();
    /** How many families have registered; negative: all. */
    private static volatile int registered;

    private Structs() {}

    /**
     * Registers the writers of one family, those that most programs need first: a writer takes longer to make than a short
     * program takes, and most are never needed.
     *
     * @return false if there is no such family
     */
    private static boolean register(int family, Map<String, StructWriter> writers) {
        switch (family) {
            case 0 -> Files.register(writers);
            case 1 -> Limits.register(writers);
            case 2 -> Signals.register(writers);
            case 3 -> Processes.register(writers);
            case 4 -> Times.register(writers);
            case 5 -> Polling.register(writers);
            case 6 -> Scalars.register(writers);
            case 7 -> Rings.register(writers);
            case 8 -> Filters.register(writers);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The writer of a struct; null if it has none of its own. */
    public static @Nullable StructWriter writer(String type) {
        StructWriter known = WRITERS.get(type);
        return known != null || registered < 0 ? known : find(type);
    }

    private static synchronized @Nullable StructWriter find(String type) {
        StructWriter found = WRITERS.get(type);
        while (found == null && registered >= 0) {
            int family = registered;
            registered = register(family, WRITERS) ? family + 1 : -1;
            found = WRITERS.get(type);
        }
        return found;
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
