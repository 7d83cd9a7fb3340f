// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

/** Values of a NodeTrace's {@code status.phase}, spelt as in the object. */
public enum NodeTracePhase {
    /** The agent has read the assignment but traces nothing yet. */
    Assigned,
    /** At least one container is traced. */
    Tracing,
    /** Final: every process is detached and what could be sent is sent. */
    Finished
}
