// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.Reason;

/** How an assignment ends. */
enum EndReason {
    DEADLINE(Reason.DeadlineReached, "the window is over"),
    LOOKED(Reason.Looked, "the containers have been looked at"),
    STOPPED(Reason.Stopped, "ended by stop: true"),
    DELETED(Reason.Deleted, "the NodeTrace was deleted"),
    AGENT_STOPPED(Reason.AgentStopped, "the node's agent was stopped");

    private final Reason reason;
    private final String message;

    EndReason(Reason reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    Reason reason() {
        return reason;
    }

    String message() {
        return message;
    }
}
