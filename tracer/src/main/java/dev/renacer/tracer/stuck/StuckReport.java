// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was found. Immutable.
 *
 * @param processes  as they were asked for
 * @param deadlocks  circles of threads, each of which waits for what the next one holds, and the last for what the first does
 */
public record StuckReport(List<StuckProcess> processes, List<List<StuckThread>> deadlocks) {
    public StuckReport {
        processes = List.copyOf(processes);
        deadlocks = List.copyOf(deadlocks);
    }

    /** A report of these. */
    public static StuckReport of(List<StuckProcess> processes) {
        Map<Integer, StuckThread> byTid = new LinkedHashMap<>();
        processes.forEach(process -> process.threads().forEach(thread -> byTid.put(thread.tid(), thread)));
        List<List<StuckThread>> circles = circles(byTid).stream()
                .map(circle -> circle.stream().map(StuckThread::hopeless).toList())
                .toList();
        circles.forEach(circle -> circle.forEach(thread -> byTid.put(thread.tid(), thread)));
        List<StuckProcess> judged = processes.stream()
                .map(process -> process.with(process.threads().stream()
                        .map(thread -> byTid.getOrDefault(thread.tid(), thread))
                        .toList()))
                .toList();
        return new StuckReport(judged, circles);
    }

    /** A file's lock belongs to a process: one of several threads could give it back, whatever the others wait for. */
    private static @Nullable StuckThread holder(StuckThread waiting, Map<Integer, StuckThread> byTid) {
        int owner = waiting.owner();
        if (owner != 0) {
            return byTid.get(owner);
        }
        int process = waiting.lockingProcess();
        boolean single = byTid.values().stream()
                        .filter(thread -> thread.pid() == process)
                        .count()
                == 1;
        return single ? byTid.get(process) : null;
    }

    /** A thread waits for one other at most, so that each is on one circle at most. One that has run in between counts not. */
    private static List<List<StuckThread>> circles(Map<Integer, StuckThread> byTid) {
        List<List<StuckThread>> found = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (StuckThread start : byTid.values()) {
            Set<Integer> path = new LinkedHashSet<>();
            StuckThread at = start;
            while (at != null && !at.ran() && seen.add(at.tid())) {
                path.add(at.tid());
                at = holder(at, byTid);
            }
            if (at != null && path.contains(at.tid())) {
                int first = at.tid();
                found.add(path.stream()
                        .dropWhile(tid -> tid != first)
                        .map(byTid::get)
                        .toList());
            }
        }
        return found;
    }
}
