// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.util.HashSet;
import java.util.Set;

/**
 * The containers whose processes are looked for.
 *
 * @param containers  the assigned ones
 * @param pods        UIDs of the pods in which a meant container may start under an ID that is not known yet
 */
public record WantedProcesses(Set<ContainerCgroup> containers, Set<String> pods) {
    /** No processes. */
    public static final WantedProcesses NONE = new WantedProcesses(Set.of(), Set.of());

    /** The processes of one container. */
    public static WantedProcesses of(ContainerCgroup container) {
        return new WantedProcesses(Set.of(container), Set.of());
    }

    /**
     * Whether a container's processes are among them. A container of an awaited pod may turn out not to be the one
     * meant.
     */
    public boolean include(ContainerCgroup container) {
        return containers.contains(container) || pods.contains(container.podUid());
    }

    boolean isEmpty() {
        return containers.isEmpty() && pods.isEmpty();
    }

    /** These and the others. */
    public WantedProcesses plus(WantedProcesses other) {
        return new WantedProcesses(union(containers, other.containers), union(pods, other.pods));
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
        Set<T> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }
}
