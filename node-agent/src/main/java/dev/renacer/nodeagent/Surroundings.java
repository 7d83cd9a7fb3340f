// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import java.util.function.Consumer;

/**
 * What every assignment of an agent works with.
 *
 * @param finder     finds processes
 * @param files      tells what they are called
 * @param rules      what is refused whatever is assigned
 * @param opener     opens traces
 * @param pipelines  pipelines to the sinks
 * @param status     takes a status to be written
 * @param over       called when an assignment is over and everything it held is free or being freed
 */
record Surroundings(
        ProcessFinder finder,
        ProcessFiles files,
        AssignmentRules rules,
        ContainerTrace.Opener opener,
        SinkPipelines pipelines,
        StatusReports status,
        Consumer<Assignment> over) {}
