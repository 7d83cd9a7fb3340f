// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.NodeTraceSpec.Target;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The containers of one pod: which there are and which can be traced. */
final class PodContainers {
    private final Pod pod;

    PodContainers(Pod pod) {
        this.pod = pod;
    }

    /** Whether the pod is on a node and not being deleted for good. */
    boolean isOnNode() {
        return pod.getSpec().getNodeName() != null
                && !pod.getSpec().getNodeName().isEmpty();
    }

    /** The node the pod is on; only if {@link #isOnNode()}. */
    String nodeName() {
        return pod.getSpec().getNodeName();
    }

    /** Names of every container of the pod, init and ephemeral ones included. */
    Set<String> names() {
        Stream<String> ephemeral =
                Objects.requireNonNullElse(pod.getSpec().getEphemeralContainers(), List.<EphemeralContainer>of())
                        .stream()
                        .map(EphemeralContainer::getName);
        return Stream.of(
                        containers(pod.getSpec().getContainers()).stream().map(Container::getName),
                        containers(pod.getSpec().getInitContainers()).stream().map(Container::getName),
                        ephemeral)
                .flatMap(names -> names)
                .collect(Collectors.toSet());
    }

    /**
     * The containers to trace: running ones, and ended ones that are assigned already (their figures stay where they are). By
     * default a pod's containers and sidecars; init and ephemeral containers only by name.
     *
     * @param wanted    names; empty: the default
     * @param assigned  IDs of containers that are assigned now
     */
    List<Target> targets(Set<String> wanted, Set<String> assigned) {
        Set<String> names = wanted.isEmpty() ? usualNames() : wanted;
        List<Target> targets = new ArrayList<>();
        for (ContainerStatus status : statuses()) {
            String id = withoutRuntime(status.getContainerID());
            boolean running = status.getState() != null && status.getState().getRunning() != null;
            if (names.contains(status.getName()) && !id.isEmpty() && (running || assigned.contains(id))) {
                targets.add(target(status.getName(), id));
            }
        }
        return targets;
    }

    private Target target(String containerName, String containerId) {
        Map<String, String> attributes = Workload.attributes(pod);
        PodStatus status = pod.getStatus();
        return new Target(
                pod.getMetadata().getName(),
                pod.getMetadata().getUid(),
                status.getPodIP() == null || status.getPodIP().isEmpty() ? null : status.getPodIP(),
                pod.getMetadata().getNamespace(),
                containerName,
                containerId,
                Workload.serviceName(pod, containerName),
                attributes.isEmpty() ? null : attributes);
    }

    private Set<String> usualNames() {
        // A sidecar is an init container that keeps running (restartPolicy: Always).
        Stream<Container> sidecars = containers(pod.getSpec().getInitContainers()).stream()
                .filter(container -> "Always".equals(container.getRestartPolicy()));
        return Stream.concat(containers(pod.getSpec().getContainers()).stream(), sidecars)
                .map(Container::getName)
                .collect(Collectors.toSet());
    }

    private List<ContainerStatus> statuses() {
        PodStatus status = pod.getStatus();
        if (status == null) {
            return List.of();
        }
        List<ContainerStatus> all = new ArrayList<>();
        all.addAll(Objects.requireNonNullElse(status.getContainerStatuses(), List.of()));
        all.addAll(Objects.requireNonNullElse(status.getInitContainerStatuses(), List.of()));
        all.addAll(Objects.requireNonNullElse(status.getEphemeralContainerStatuses(), List.of()));
        return all;
    }

    /** {@code containerd://0123…} and {@code cri-o://0123…} to {@code 0123…}, the form cgroups are named by. */
    private static String withoutRuntime(@Nullable String containerId) {
        if (containerId == null) {
            return "";
        }
        int scheme = containerId.indexOf("://");
        return scheme < 0 ? containerId : containerId.substring(scheme + "://".length());
    }

    private static List<Container> containers(@Nullable List<Container> containers) {
        return Objects.requireNonNullElse(containers, List.of());
    }
}
