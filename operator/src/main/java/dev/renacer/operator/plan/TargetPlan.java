// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.NodeTraceSpec.AwaitedContainer;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.operator.plan.PodContainers.Kind;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which containers are to be traced on which node, and which are meant and are not.
 *
 * @param targets              node name to containers, ordered by pod and container, so that equal plans are equal objects
 * @param awaited              node name to those that are meant and may start there, in the same order
 * @param skipped              what is meant and left out
 * @param matchingPods         names of the pods the request means
 * @param missingContainers    names the request gives that no matching pod has
 * @param existingContainers   names the matching pods have
 * @param selection            whom the request means, in words
 */
public record TargetPlan(
        SortedMap<String, List<Target>> targets,
        SortedMap<String, List<AwaitedContainer>> awaited,
        List<Skip> skipped,
        SortedSet<String> matchingPods,
        SortedSet<String> missingContainers,
        SortedSet<String> existingContainers,
        String selection) {
    private static final Comparator<Target> BY_POD_AND_CONTAINER = Comparator.comparing(Target::podName)
            .thenComparing(Target::containerName)
            .thenComparing(Target::containerId);
    private static final Comparator<AwaitedContainer> AWAITED_BY_POD_AND_CONTAINER =
            Comparator.comparing(AwaitedContainer::podName).thenComparing(AwaitedContainer::containerName);

    /**
     * What a request means.
     *
     * @param containers  names of the containers; empty: the usual ones
     * @param policy      what is forbidden
     * @param sandboxed   whether a runtime class of this name runs pods in a sandbox the node cannot look into
     */
    public record Scope(
            PodSelection selection, Set<String> containers, EffectivePolicy policy, Predicate<String> sandboxed) {}

    /**
     * Plans a request.
     *
     * @param pods      pods of the request's namespace
     * @param assigned  IDs of the containers that are assigned already
     */
    public static TargetPlan of(Scope scope, Collection<Pod> pods, Set<String> assigned) {
        SortedMap<String, List<Target>> targets = new TreeMap<>();
        SortedMap<String, List<AwaitedContainer>> awaited = new TreeMap<>();
        List<Skip> skipped = new ArrayList<>();
        SortedSet<String> matching = new TreeSet<>();
        SortedSet<String> existing = new TreeSet<>();
        for (Pod pod : pods) {
            if (!scope.selection().matches(pod)) {
                continue;
            }
            PodContainers containers = new PodContainers(pod);
            matching.add(pod.getMetadata().getName());
            existing.addAll(containers.names());
            for (String name : containers.wanted(scope.containers())) {
                Optional<Target> target = containers.target(name, assigned);
                Optional<Skip> skip = skip(scope, containers, name, target.isPresent());
                skip.ifPresent(skipped::add);
                if (skip.isEmpty() && target.isPresent()) {
                    targets.computeIfAbsent(containers.nodeName(), _ -> new ArrayList<>())
                            .add(target.get());
                } else if (skip.filter(why -> why.reason() == Reason.NotRunning).isPresent()
                        && containers.mayStart(name)) {
                    awaited.computeIfAbsent(containers.nodeName(), _ -> new ArrayList<>())
                            .add(containers.awaited(name));
                }
            }
        }
        targets.values().forEach(list -> list.sort(BY_POD_AND_CONTAINER));
        awaited.values().forEach(list -> list.sort(AWAITED_BY_POD_AND_CONTAINER));
        skipped.sort(Comparator.comparing(Skip::podName).thenComparing(Skip::containerName));
        SortedSet<String> missing = new TreeSet<>(scope.containers());
        missing.removeAll(existing);
        return new TargetPlan(
                targets,
                awaited,
                skipped,
                matching,
                matching.isEmpty() ? new TreeSet<>() : missing,
                existing,
                scope.selection().description());
    }

    private static Optional<Skip> skip(Scope scope, PodContainers pod, String container, boolean running) {
        if (pod.isDenied()) {
            return Optional.of(pod.skip(
                    container,
                    Reason.DeniedByPod,
                    "The pod is annotated renacer.dev/deny: \"true\" and is never traced"));
        }
        Optional<String> sandbox = pod.runtimeClass().filter(scope.sandboxed());
        if (sandbox.isPresent()) {
            return Optional.of(pod.skip(
                    container,
                    Reason.UnsupportedRuntimeClass,
                    "Runtime class \"" + sandbox.get() + "\" runs the pod in a sandbox whose processes the node cannot"
                            + " trace"));
        }
        Kind kind = pod.kind(container);
        if (kind != Kind.Usual) {
            Optional<String> forbidden = scope.policy().forbids(kind.option());
            if (forbidden.isPresent()) {
                return Optional.of(pod.skip(
                        container,
                        Reason.DeniedByPolicy,
                        EffectivePolicy.denied(forbidden.get(), "does not allow to trace " + kind.words())
                                .message()));
            }
        }
        return running || pod.isOver()
                ? Optional.empty()
                : Optional.of(pod.skip(container, Reason.NotRunning, pod.whyNotRunning(container)));
    }

    /** The nodes on which something is to be traced, now or when it starts. */
    public SortedSet<String> nodes() {
        SortedSet<String> nodes = new TreeSet<>(targets.keySet());
        nodes.addAll(awaited.keySet());
        return nodes;
    }

    /** Only what runs: nothing is awaited. */
    public TargetPlan running() {
        return new TargetPlan(
                targets, new TreeMap<>(), skipped, matchingPods, missingContainers, existingContainers, selection);
    }

    /** Without these nodes: what is planned there is skipped. */
    public TargetPlan without(Set<String> nodes, Reason reason, String message) {
        SortedMap<String, List<AwaitedContainer>> elsewhere = new TreeMap<>(awaited);
        elsewhere.keySet().removeAll(nodes);
        return keeping((node, _) -> !nodes.contains(node), elsewhere, reason, message);
    }

    /**
     * At most so many containers: those that are assigned already first, then in the order of their names. One that does not run
     * is awaited where there is room for it beside all that run.
     */
    public TargetPlan limitedTo(int most, Set<String> assigned, String message) {
        Set<String> kept = new TreeSet<>();
        targets.values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing((Target target) -> !assigned.contains(target.containerId()))
                        .thenComparing(BY_POD_AND_CONTAINER))
                .limit(most)
                .forEach(target -> kept.add(target.containerId()));
        return keeping(
                (_, target) -> kept.contains(target.containerId()),
                firstAwaited(Math.max(0, most - size())),
                Reason.LimitReached,
                message);
    }

    /** So many of those awaited, by node, pod and container. */
    private SortedMap<String, List<AwaitedContainer>> firstAwaited(int most) {
        SortedMap<String, List<AwaitedContainer>> first = new TreeMap<>();
        int room = most;
        for (Map.Entry<String, List<AwaitedContainer>> node : awaited.entrySet()) {
            List<AwaitedContainer> some =
                    node.getValue().subList(0, Math.min(room, node.getValue().size()));
            if (!some.isEmpty()) {
                first.put(node.getKey(), List.copyOf(some));
            }
            room -= some.size();
        }
        return first;
    }

    /** Number of containers planned that run, or have run. */
    public int size() {
        return targets.values().stream().mapToInt(List::size).sum();
    }

    private interface Condition {
        boolean holds(String node, Target target);
    }

    private TargetPlan keeping(
            Condition condition,
            SortedMap<String, List<AwaitedContainer>> awaitedStill,
            Reason reason,
            String message) {
        SortedMap<String, List<Target>> kept = new TreeMap<>();
        List<Skip> skips = new ArrayList<>(skipped);
        targets.forEach((node, list) -> {
            for (Target target : list) {
                if (condition.holds(node, target)) {
                    kept.computeIfAbsent(node, _ -> new ArrayList<>()).add(target);
                } else {
                    skips.add(new Skip(reason, target.podName(), target.containerName(), node, message));
                }
            }
        });
        return new TargetPlan(
                kept, awaitedStill, skips, matchingPods, missingContainers, existingContainers, selection);
    }
}
