// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.capture.affinity.Placement;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.nodeagent.status.NodeTraceStatusSchedule;
import dev.renacer.nodeagent.status.StatusReports;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Reports one assignment: what its status says, and when it is written. Used only by its assignment's thread. */
final class AssignmentReporter {
    private final NodeTraceRef ref;
    private final StatusReports reports;
    private final AssignedContainers containers;
    private final AssignmentSink sink;
    private final Consumer<Map<ContainerCgroup, List<Placement>>> onWritten;
    private final NodeTraceStatusSchedule schedule =
            new NodeTraceStatusSchedule(System.nanoTime(), RandomGenerator.getDefault());

    /**
     * @param ref        which NodeTrace
     * @param reports    takes its status to be written
     * @param onWritten  called on any thread with the threads that a status names as those that may be moved, once the API server
     *     holds it
     */
    AssignmentReporter(
            NodeTraceRef ref,
            StatusReports reports,
            AssignedContainers containers,
            AssignmentSink sink,
            Consumer<Map<ContainerCgroup, List<Placement>>> onWritten) {
        this.ref = ref;
        this.reports = reports;
        this.containers = containers;
        this.sink = sink;
        this.onWritten = onWritten;
    }

    /** Something changed that the status should show. */
    void transition() {
        schedule.transition(System.nanoTime());
    }

    /** At least one container is traced: figures follow. */
    void tracing() {
        schedule.tracing(System.nanoTime());
    }

    /** Time until {@link #reportIfDue} has something to do, in ns; empty if it waits for a change. */
    Optional<Long> nanosUntilDue() {
        return schedule.due().map(due -> Math.max(0, due - System.nanoTime()));
    }

    /** Passes the status on to be written, if that is due. */
    void reportIfDue(long generation) {
        long now = System.nanoTime();
        if (schedule.due().filter(due -> due - now <= 0).isPresent()) {
            NodeTracePhase phase = containers.everTraced() ? NodeTracePhase.Tracing : NodeTracePhase.Assigned;
            NodeTraceStatus next = status(generation, phase);
            Map<ContainerCgroup, List<Placement>> reported = containers.reportedPlacements();
            reports.submit(ref, next, () -> {
                if (!reported.isEmpty()) {
                    onWritten.accept(reported);
                }
            });
            schedule.written(now);
        }
    }

    /** Passes the last status on to be written. */
    void report(NodeTraceStatus last) {
        reports.submit(ref, last, () -> {});
    }

    /** The current status, for this generation of the spec. */
    NodeTraceStatus status(long generation, NodeTracePhase phase) {
        return new NodeTraceStatus(
                generation,
                phase.name(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                containers.statuses(),
                containers.totals(),
                sink.failure().orElse(null),
                containers.firstTraceIds().orElse(null),
                containers.killed().orElse(null),
                containers.lockHolderFailure().orElse(null),
                containers.looks().orElse(null));
    }
}
