// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.agents;

/**
 * Whether the nodes have an agent, judging by the agents' pods and the nodes themselves. Safe for use by many threads.
 */
public interface NodeAgents {
    /** What is known about a node's agent. */
    enum Presence {
        /** The agents' pods are not watched here: only its reports show it. */
        UNKNOWN,
        /** Its pod is ready. */
        READY,
        /** It has a pod that is not ready: starting, ending, crashing. */
        NOT_READY,
        /** The node has no agent's pod. */
        ABSENT,
        /** The node does not exist any more, or the control plane has lost contact with it. */
        NODE_LOST
    }

    /** What is known about the agent of this node. */
    Presence on(String nodeName);

    /** For when the agents' pods are not watched. */
    NodeAgents UNKNOWN = _ -> Presence.UNKNOWN;
}
