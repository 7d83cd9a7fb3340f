// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which containers are to be traced on which node.
 *
 * @param targets              node name to containers, ordered by pod and container, so that equal plans are equal objects
 * @param matchingPods         names of the pods the request means
 * @param missingContainers    names the request gives that no matching pod has
 * @param existingContainers   names the matching pods have
 * @param selection            whom the request means, in words
 */
public record Plan(
        SortedMap<String, List<Target>> targets,
        SortedSet<String> matchingPods,
        SortedSet<String> missingContainers,
        SortedSet<String> existingContainers,
        String selection) {
    private static final Comparator<Target> BY_POD_AND_CONTAINER = Comparator.comparing(Target::podName)
            .thenComparing(Target::containerName)
            .thenComparing(Target::containerId);

    /**
     * Plans a request.
     *
     * @param pods      pods of the request's namespace
     * @param assigned  IDs of the containers that are assigned already
     */
    public static Plan of(TraceRequestSpec spec, Collection<Pod> pods, Set<String> assigned) {
        PodSelection selection = PodSelection.of(spec);
        Set<String> wanted = new LinkedHashSet<>(Objects.requireNonNullElse(spec.containers(), List.of()));
        SortedMap<String, List<Target>> targets = new TreeMap<>();
        SortedSet<String> matching = new TreeSet<>();
        SortedSet<String> existing = new TreeSet<>();
        for (Pod pod : pods) {
            if (!selection.matches(pod)) {
                continue;
            }
            PodContainers containers = new PodContainers(pod);
            matching.add(pod.getMetadata().getName());
            existing.addAll(containers.names());
            List<Target> found = containers.isOnNode() ? containers.targets(wanted, assigned) : List.of();
            if (!found.isEmpty()) {
                targets.computeIfAbsent(containers.nodeName(), _ -> new ArrayList<>())
                        .addAll(found);
            }
        }
        targets.values().forEach(list -> list.sort(BY_POD_AND_CONTAINER));
        SortedSet<String> missing = new TreeSet<>(wanted);
        missing.removeAll(existing);
        return new Plan(
                targets, matching, matching.isEmpty() ? new TreeSet<>() : missing, existing, selection.description());
    }
}
