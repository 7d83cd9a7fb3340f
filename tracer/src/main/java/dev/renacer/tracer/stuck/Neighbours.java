// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.tracer.span.wait.FileLocks;
import dev.renacer.tracer.stuck.proc.OpenEnds;
import dev.renacer.tracer.stuck.proc.ProcFiles;
import dev.renacer.tracer.stuck.proc.ProcessList;
import dev.renacer.tracer.stuck.proc.TcpConnections;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What others have to do with a process: its children, who holds the other ends. */
final class Neighbours {
    private final ProcFiles files;
    private final Viewpoint viewpoint;
    private final ProcessList processes;
    private final List<FileLocks.Wait> locks;
    private final Map<Integer, TcpConnections> connections = new HashMap<>();
    private OpenEnds ends;

    Neighbours(ProcFiles files, Viewpoint viewpoint) {
        this.files = files;
        this.viewpoint = viewpoint;
        processes = ProcessList.take(files);
        locks = FileLocks.waits(
                files.read("locks").map(text -> text.lines().toList()).orElseGet(List::of));
        ends = OpenEnds.of(files, Set.of(), viewpoint::mayName);
    }

    ProcessList processes() {
        return processes;
    }

    /** For whose lock a process waits; empty if for none, or for one that belongs to no process alone. */
    Optional<FileLocks.Wait> lock(int pid) {
        return locks.stream().filter(wait -> wait.waiter() == pid).findFirst();
    }

    /** The connections in the network namespace of a process. */
    TcpConnections connections(int pid) {
        return connections.computeIfAbsent(pid, of -> TcpConnections.of(files, of));
    }

    /** Looks who holds these, once for all of them. */
    void seek(Set<String> links) {
        ends = OpenEnds.of(files, links, viewpoint::mayName);
    }

    /** Who else has an end: a process once, whatever the number of its descriptors. */
    List<Party> holders(String link, int except, boolean writers, String role) {
        List<Party> found = new ArrayList<>();
        for (OpenEnds.End end : ends.find(link)) {
            boolean fits = end.pid() != except && (writers ? end.writes() : end.reads());
            if (fits && found.stream().noneMatch(party -> party.pid() == end.pid())) {
                found.add(process(end.pid(), role));
            }
        }
        return found;
    }

    /** Whether a process itself has such an end. */
    boolean hasItself(String link, int pid, boolean writes) {
        return ends.find(link).stream().anyMatch(end -> end.pid() == pid && (writes ? end.writes() : end.reads()));
    }

    /** A process as a party. */
    Party process(int pid, String role) {
        if (!viewpoint.mayName(pid)) {
            return new Party(0, 0, "", "", role, "");
        }
        String number = viewpoint.number(pid, pid);
        return processes
                .find(pid)
                .map(entry -> new Party(
                        pid, pid, entry.name(), Activity.of(entry.state()).text(), role, number))
                .orElseGet(() -> new Party(pid, pid, "?", "not visible from here", role, number));
    }
}
