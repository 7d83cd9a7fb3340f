// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Which processes hold pipes and sockets: the links of all descriptors that this process may see. */
public final class OpenEnds {
    /**
     * A descriptor.
     *
     * @param reads   whether it was opened for reading
     * @param writes  likewise
     */
    public record End(int pid, int number, boolean reads, boolean writes) {}

    private final Map<String, List<End>> byLink = new HashMap<>();

    private OpenEnds() {}

    /**
     * Looks for them.
     *
     * @param links  such as {@code pipe:[123]}
     * @param among  the processes whose descriptors are looked at
     */
    public static OpenEnds of(ProcFiles files, Set<String> links, IntPredicate among) {
        OpenEnds ends = new OpenEnds();
        for (int pid : links.isEmpty() ? List.<Integer>of() : files.processes()) {
            for (int number : among.test(pid) ? files.descriptors(pid) : List.<Integer>of()) {
                files.link(pid, "fd/" + number)
                        .filter(links::contains)
                        .ifPresent(link -> ends.byLink
                                .computeIfAbsent(link, _ -> new ArrayList<>())
                                .add(end(
                                        pid,
                                        number,
                                        files.read(pid, "fdinfo/" + number).orElse(""))));
            }
        }
        return ends;
    }

    /** Those that have this. */
    public List<End> find(String link) {
        return byLink.getOrDefault(link, List.of());
    }

    /** Of the flags of open(2), in octal, the last two bits. */
    private static End end(int pid, int number, String fdinfo) {
        String flags = fdinfo.lines()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> line.substring("flags:".length()).strip())
                .findFirst()
                .orElse("2");
        int access = flags.charAt(flags.length() - 1) & 3;
        return new End(pid, number, access != 1, access != 0);
    }
}
