// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.util.HashSet;
import java.util.Set;

/**
 * The containers whose processes are looked for.
 *
 * @param containers  those that are assigned
 * @param pods        UIDs of the pods in which a container that is meant may start, under an ID that nobody knows yet
 */
public record WantedProcesses(Set<ContainerCgroup> containers, Set<String> pods) {
    /** Nobody's. */
    public static final WantedProcesses NONE = new WantedProcesses(Set.of(), Set.of());

    /** Those of one container. */
    public static WantedProcesses of(ContainerCgroup container) {
        return new WantedProcesses(Set.of(container), Set.of());
    }

    /** Whether a container's are among them. One of a pod that is awaited may turn out to be another one than is meant. */
    public boolean include(ContainerCgroup container) {
        return containers.contains(container) || pods.contains(container.podUid());
    }

    boolean isEmpty() {
        return containers.isEmpty() && pods.isEmpty();
    }

    /** These and those. */
    public WantedProcesses plus(WantedProcesses other) {
        return new WantedProcesses(union(containers, other.containers), union(pods, other.pods));
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
        Set<T> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }
}
