// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All processes of this PID namespace, at one time. */
public final class ProcessList {
    /**
     * A process.
     *
     * @param parent  its parent's pid
     * @param state   that of its first thread
     * @param name    that of its first thread; {@link dev.renacer.capture.ByteText}
     */
    public record Entry(int pid, int parent, char state, String name) {}

    private final Map<Integer, Entry> byPid = new HashMap<>();

    private ProcessList() {}

    /** Looks at all. */
    public static ProcessList take(ProcFiles files) {
        ProcessList list = new ProcessList();
        for (int pid : files.processes()) {
            files.read(pid, "stat")
                    .flatMap(text -> entry(pid, text))
                    .ifPresent(entry -> list.byPid.put(
                            pid, new Entry(pid, entry.parent(), entry.state(), files.shown(entry.name()))));
        }
        return list;
    }

    /** One of them. */
    public Optional<Entry> find(int pid) {
        return Optional.ofNullable(byPid.get(pid));
    }

    /** The children of a process, in the order of their pids. */
    public List<Entry> children(int pid) {
        return byPid.values().stream()
                .filter(entry -> entry.parent() == pid)
                .sorted((one, other) -> Integer.compare(one.pid(), other.pid()))
                .toList();
    }

    /**
     * Its children, and theirs; the process itself is not among them. The list was not read in one moment: a child in it may
     * also be its parent's parent, if numbers were given anew meanwhile.
     */
    public List<Integer> descendants(int pid) {
        Set<Integer> found = new LinkedHashSet<>();
        Deque<Integer> parents = new ArrayDeque<>(List.of(pid));
        while (!parents.isEmpty()) {
            for (Entry child : children(parents.remove())) {
                if (child.pid() != pid && found.add(child.pid())) {
                    parents.add(child.pid());
                }
            }
        }
        return List.copyOf(found);
    }

    /** All whose first thread has this name. */
    public List<Integer> named(String name) {
        return byPid.values().stream()
                .filter(entry -> entry.name().equals(name))
                .map(Entry::pid)
                .sorted()
                .toList();
    }

    /** {@code 123 (name) S 1 …}; a name may have blanks and parentheses in it. */
    static Optional<Entry> entry(int pid, String stat) {
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        String[] fields = stat.substring(close + 1).strip().split(" ", -1);
        try {
            return Optional.of(
                    new Entry(pid, Integer.parseInt(fields[1]), fields[0].charAt(0), stat.substring(open + 1, close)));
        } catch (NumberFormatException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }
}
