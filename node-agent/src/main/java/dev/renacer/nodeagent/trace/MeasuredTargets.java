// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.tracer.metric.CallMetrics;
import dev.renacer.tracer.metric.CallSeries;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The metrics of the containers that are traced on a node, and of those traced last. Bounded: so many containers, and
 * so many series of each; what is beyond is measured together. Thread-safe.
 */
public final class MeasuredTargets {
    /** So many containers are kept; those that are no longer traced make room for others. */
    static final int MOST_TARGETS = 32;
    /** So many series of a container are told apart. */
    static final int MOST_SERIES = 50;

    /**
     * What was measured of a container.
     *
     * @param target  the container
     * @param series  by call and error
     */
    public record Measured(Target target, List<CallSeries> series) {}

    private static final class Entry {
        private final Target target;
        private final CallMetrics metrics = new CallMetrics(MOST_SERIES);
        private boolean ended;

        Entry(Target target) {
            this.target = target;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long unmeasured;

    /** Begins to measure a container. The series of one that is traced anew begin again. */
    synchronized CallMetrics begin(Target target) {
        entries.removeIf(entry -> entry.ended && entry.target.equals(target));
        Entry entry = new Entry(target);
        for (Iterator<Entry> known = entries.iterator(); entries.size() >= MOST_TARGETS && known.hasNext(); ) {
            if (known.next().ended) {
                known.remove();
            }
        }
        if (entries.size() < MOST_TARGETS) {
            entries.add(entry);
        } else {
            unmeasured++;
        }
        return entry.metrics;
    }

    /** The container is no longer traced. */
    synchronized void end(CallMetrics metrics) {
        entries.stream().filter(entry -> entry.metrics == metrics).forEach(entry -> entry.ended = true);
    }

    /** What was measured so far. */
    public synchronized List<Measured> now() {
        return entries.stream()
                .map(entry -> new Measured(entry.target, entry.metrics.series()))
                .toList();
    }

    /** How many traces of a container were not measured for want of room. */
    public synchronized long unmeasured() {
        return unmeasured;
    }
}
