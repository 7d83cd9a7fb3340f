// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.tracer.syscall.SyscallTable;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a call is about in one word, by which the page gives it its colour. From classes.tsv. */
enum CallCategory {
    /** Sockets. */
    NETWORK,
    /** Moves bytes. */
    IO,
    /** Memory. */
    MEMORY,
    /** Makes, ends or awaits processes. */
    PROCESS,
    /** Signals and communication between processes. */
    SIGNAL,
    /** Names of files, and descriptors. */
    FILE,
    /** Anything else. */
    OTHER;

    private static final Map<String, Set<String>> CLASSES = SyscallTable.classes();

    /** That of the call with this name. */
    static CallCategory of(String name) {
        if (is(name, "network")) {
            return NETWORK;
        }
        if (MovedBytes.isMove(name)) {
            return IO;
        }
        if (is(name, "memory")) {
            return MEMORY;
        }
        if (is(name, "process")) {
            return PROCESS;
        }
        if (is(name, "signal") || is(name, "ipc")) {
            return SIGNAL;
        }
        return is(name, "file") || is(name, "desc") ? FILE : OTHER;
    }

    private static boolean is(String name, String group) {
        return CLASSES.getOrDefault(group, Set.of()).contains(name);
    }

    /** As the page has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
