// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.capture.affinity.Placement;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.nodeagent.process.ContainerCgroup;
import java.util.List;
import java.util.Map;

/** What other threads send to the thread of an assignment. */
sealed interface AssignmentMessage {
    /** The operator changed the assignment. */
    record Spec(NodeTraceSpec spec, long generation) implements AssignmentMessage {}

    /** A look at all processes has ended; its result waits in the assignment. */
    record Scanned() implements AssignmentMessage {}

    /** A process has begun in a container of the assignment. */
    record Appeared(ContainerCgroup container, int pid) implements AssignmentMessage {}

    /** A process has begun in a container with this name, in a pod with an awaited container. */
    record Started(ContainerCgroup container, String name, int pid) implements AssignmentMessage {}

    /** No process of the container is traced any more. */
    record TraceEnded(ContainerCgroup container) implements AssignmentMessage {}

    /** The API server holds a status that names these threads. */
    record Written(Map<ContainerCgroup, List<Placement>> recorded) implements AssignmentMessage {}

    /** The assignment must end. */
    record End(EndReason reason) implements AssignmentMessage {}
}
