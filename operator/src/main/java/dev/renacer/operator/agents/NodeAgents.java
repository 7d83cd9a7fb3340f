// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.agents;

/** Whether the nodes have an agent, by the agents' pods and the nodes themselves. Safe for use by many threads. */
public interface NodeAgents {
    /** What is known of a node's agent. */
    enum Presence {
        /** Nobody looks at the agents' pods here: its reports alone tell. */
        UNKNOWN,
        /** Its pod is ready. */
        READY,
        /** It has a pod that is not ready: starting, ending, crashing. */
        NOT_READY,
        /** The node has no agent's pod. */
        ABSENT,
        /** The node does not exist any more, or the control plane has lost sight of it. */
        NODE_LOST
    }

    /** What is known of the agent of this node. */
    Presence on(String nodeName);

    /** Where nobody looks at the agents' pods. */
    NodeAgents UNKNOWN = _ -> Presence.UNKNOWN;
}
