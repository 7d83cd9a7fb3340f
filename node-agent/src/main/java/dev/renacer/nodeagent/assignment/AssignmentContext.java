// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.nodeagent.look.ContainerLooks;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.sink.SinkPipelines;
import dev.renacer.nodeagent.status.StatusReports;
import dev.renacer.nodeagent.trace.ContainerTrace;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the assignments of an agent have in common.
 *
 * @param finder     finds processes
 * @param files      finds their names
 * @param rules      what is refused regardless of the assignment
 * @param openers    creates the opener of an assignment's traces
 * @param pipelines  pipelines to the sinks
 * @param status     takes a status to be written
 * @param onEnd      called when an assignment is over and its resources are free or being freed
 * @param looks      looks at containers that are not to be traced
 */
record AssignmentContext(
        ProcessFinder finder,
        ProcessFiles files,
        AssignmentRules rules,
        Supplier<ContainerTrace.Opener> openers,
        SinkPipelines pipelines,
        StatusReports status,
        Consumer<Assignment> onEnd,
        ContainerLooks looks) {}
