// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import dev.renacer.crds.NodeTraceStatus;

/** Takes the status of a NodeTrace to be written, in the background. */
@FunctionalInterface
public interface StatusReports {
    /**
     * Writes a status soon, instead of any that is waiting for this NodeTrace.
     *
     * @param onWritten  called on any thread once the API server holds it; never, if a later one overtakes it or the NodeTrace is
     *     gone
     */
    void submit(NodeTraceRef ref, NodeTraceStatus status, Runnable onWritten);
}
