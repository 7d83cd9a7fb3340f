// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

/** Condition types of a TraceRequest, spelt as in the object. */
public enum ConditionType {
    /** Whether the request can be carried out as it is written. */
    Accepted,
    /** Whether system calls are being traced now; its reason is the shortest answer to "what is it doing?". */
    Tracing,
    /** Whether spans reach the sink. */
    Exporting,
    /** Whether something that the user should know about is wrong while the rest continues. */
    Degraded,
    /** How it ended: Unknown while the window is open. */
    Succeeded
}
