// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One class for each call, as the category of its slices. Immutable. */
final class Categories {
    /** Of what is no call. */
    static final String EVENT = "event";

    private static final String OTHER = "other";
    /** The classes of classes.tsv in the order of preference: what is in several is in the one that says more. */
    private static final List<String> PREFERENCE =
            List.of("network", "process", "signal", "ipc", "memory", "clock", "creds", "file", "desc");

    private final Map<String, String> byName = new HashMap<>();

    Categories() {
        Map<String, Set<String>> classes = SyscallTable.classes();
        for (String name : PREFERENCE) {
            classes.getOrDefault(name, Set.of()).forEach(call -> byName.putIfAbsent(call, name));
        }
    }

    String of(Syscall call) {
        return byName.getOrDefault(call.name(), OTHER);
    }
}
