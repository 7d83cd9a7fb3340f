// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import java.util.HashMap;
import java.util.Map;

/**
 * What each process is in its tree: {@code (program)/sh/cc}. The launched program is called the same whatever its name is,
 * so that a new version of it is aligned with the old one. Siblings of the same executable have the same role. Not
 * thread-safe.
 */
final class Roles {
    static final String PROGRAM = "(program)";
    /** A deeper tree is a recursion: its processes are named by the first ones and the last. */
    private static final int DEEPEST = 12;

    static final String SEPARATOR = "/";

    /** A process's place: what is above it, and whether it is the launched program itself. */
    private record Place(String above, String name, int depth) {
        String role() {
            return above.isEmpty() ? name : above + SEPARATOR + name;
        }

        Place child() {
            return depth >= DEEPEST ? this : new Place(role(), name, depth + 1);
        }

        Place executes(String executable) {
            return name.equals(PROGRAM) && above.isEmpty() ? this : new Place(above, executable, depth);
        }
    }

    private final Map<Integer, Place> places = new HashMap<>();
    private final NamePattern patterns;

    Roles(NamePattern patterns) {
        this.patterns = patterns;
    }

    /** Follows the tree; to be told of each event. */
    void onEvent(TraceEvent event) {
        int pid = event.process().pid();
        switch (event) {
            case TraceEvent.ProcessStarted started -> places.put(pid, started(started));
            case TraceEvent.ProgramExecuted executed ->
                places.put(pid, place(executed.process()).executes(name(executed.process())));
            case TraceEvent.ProcessExited _, TraceEvent.ProcessDetached _ -> places.remove(pid);
            default -> {
                // The tree stays what it is.
            }
        }
    }

    private Place started(TraceEvent.ProcessStarted started) {
        if (started.origin() == Origin.LAUNCHED) {
            return new Place("", PROGRAM, 0);
        }
        int creator = started.creatorPid() == 0 ? started.process().parentPid() : started.creatorPid();
        Place parent = places.get(creator);
        if (started.origin() == Origin.FORKED && parent != null) {
            return parent.child(); // until it executes another program, it is its parent's
        }
        return new Place("", name(started.process()), 0);
    }

    /** That of a process; one whose start was not seen is a tree of its own. */
    String of(TracedProcess process) {
        return place(process).role();
    }

    private Place place(TracedProcess process) {
        Place known = places.get(process.pid());
        return known == null ? new Place("", name(process), 0) : known;
    }

    private String name(TracedProcess process) {
        return patterns.of(process.name());
    }
}
