// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.colocation;

import dev.renacer.capture.affinity.Placement;
import java.util.List;

/**
 * Threads of one container that a killed agent has left on one CPU and whose own CPUs could not be restored.
 *
 * @param recorded  what the record says about them, so that the next agent can try again; empty if it cannot be
 *     understood
 * @param message   which, why, and what to do, in one line
 */
public record UnrestoredThreads(List<Placement> recorded, String message) {
    private static final int NAMED = 3;

    /** The kernel refused these threads; {@code why} is its reason for the first. At least one. */
    static UnrestoredThreads refused(List<Placement> recorded, List<Placement> threads, String why) {
        StringBuilder message = new StringBuilder();
        for (Placement thread : threads.subList(0, Math.min(NAMED, threads.size()))) {
            message.append(message.isEmpty() ? "" : ", ")
                    .append("thread ")
                    .append(thread.tid())
                    .append(" of process ")
                    .append(thread.pid())
                    .append(" (CPU ")
                    .append(thread.cpu())
                    .append(" instead of ")
                    .append(thread.own())
                    .append(')');
        }
        if (threads.size() > NAMED) {
            message.append(" and ").append(threads.size() - NAMED).append(" more");
        }
        Placement first = threads.getFirst();
        message.append(threads.size() == 1 ? " stays" : " stay")
                .append(" where a killed agent has put ")
                .append(threads.size() == 1 ? "it: " : "them: ")
                .append(why)
                .append(". On the node: taskset -cp ")
                .append(first.own())
                .append(' ')
                .append(first.tid())
                .append(threads.size() == 1 ? "" : ", and so for each");
        return new UnrestoredThreads(recorded, message.toString());
    }

    /** Nobody could look at the threads, or the record cannot be understood. */
    static UnrestoredThreads unknown(List<Placement> recorded, String why) {
        return new UnrestoredThreads(
                recorded,
                "threads that a killed agent has moved may still be on one CPU: " + why
                        + ". Compare Cpus_allowed_list in /proc/PID/task/TID/status on the node, or restart the pod");
    }
}
