// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.sink.SinkPipelines;
import dev.renacer.nodeagent.status.StatusReports;
import dev.renacer.nodeagent.trace.ContainerTrace;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What every assignment of an agent works with.
 *
 * @param finder     finds processes
 * @param files      tells what they are called
 * @param rules      what is refused whatever is assigned
 * @param openers    makes what opens the traces of an assignment
 * @param pipelines  pipelines to the sinks
 * @param status     takes a status to be written
 * @param onEnd      called when an assignment is over and everything it held is free or being freed
 */
record AssignmentContext(
        ProcessFinder finder,
        ProcessFiles files,
        AssignmentRules rules,
        Supplier<ContainerTrace.Opener> openers,
        SinkPipelines pipelines,
        StatusReports status,
        Consumer<Assignment> onEnd) {}
