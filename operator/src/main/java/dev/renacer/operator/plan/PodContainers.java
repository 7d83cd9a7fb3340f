// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.NodeTraceSpec.AwaitedContainer;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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

    /** What kind of container it is. */
    enum Kind {
        /** A container or a sidecar: traced by default. */
        Usual("", ""),
        /** An init container that ends before the others start. */
        Init("InitContainers", "init containers"),
        /** A container added to the running pod, as kubectl debug does. */
        Ephemeral("EphemeralContainers", "ephemeral containers");

        private final String option;
        private final String words;

        Kind(String option, String words) {
            this.option = option;
            this.words = words;
        }

        /** Its name among a TracePolicy's forbiddenOptions. */
        String option() {
            return option;
        }

        /** Its name in a message. */
        String words() {
            return words;
        }
    }

    /** What kind of container of this pod has the name. */
    Kind kind(String container) {
        if (usualNames().contains(container)) {
            return Kind.Usual;
        }
        return containers(pod.getSpec().getInitContainers()).stream()
                        .anyMatch(init -> init.getName().equals(container))
                ? Kind.Init
                : Kind.Ephemeral;
    }

    /**
     * Names of the containers that are meant: by default a pod's containers and sidecars; init and ephemeral containers only by
     * name.
     *
     * @param names  empty: the default
     */
    SortedSet<String> wanted(Set<String> names) {
        SortedSet<String> wanted = new TreeSet<>(names.isEmpty() ? usualNames() : names);
        wanted.retainAll(names());
        return wanted;
    }

    /**
     * The container, if it can be traced: if it runs, or has ended and is assigned already (its figures stay where they are).
     *
     * @param assigned  IDs of containers that are assigned now
     */
    Optional<Target> target(String container, Set<String> assigned) {
        if (!isOnNode()) {
            return Optional.empty();
        }
        for (ContainerStatus status : statuses()) {
            String id = withoutRuntime(status.getContainerID());
            boolean running = status.getState() != null && status.getState().getRunning() != null;
            if (status.getName().equals(container) && !id.isEmpty() && (running || assigned.contains(id))) {
                return Optional.of(target(container, id));
            }
        }
        return Optional.empty();
    }

    /** Whether the container does not run and may yet, on the node its pod is on. */
    boolean mayStart(String container) {
        return isOnNode()
                && !isOver()
                && statuses().stream()
                        .filter(status -> status.getName().equals(container) && status.getState() != null)
                        .map(ContainerStatus::getState)
                        .allMatch(state -> state.getRunning() == null
                                && (state.getTerminated() == null || startsAgain(container, state.getTerminated())));
    }

    /** A container that has not started, as far as the pod describes it. */
    AwaitedContainer awaited(String container) {
        return AwaitedContainer.like(target(container, ""));
    }

    private boolean startsAgain(String container, ContainerStateTerminated end) {
        boolean failed = !Objects.equals(end.getExitCode(), 0);
        return switch (restartPolicy(container)) {
            case "Never" -> false;
            case "OnFailure" -> failed;
            default ->
                switch (kind(container)) {
                    case Usual -> true;
                    case Init -> failed; // one that succeeded has done what it is for
                    case Ephemeral -> false;
                };
        };
    }

    /** The container's own restart policy, where it has one; else the pod's. */
    private String restartPolicy(String container) {
        return Stream.concat(
                        containers(pod.getSpec().getContainers()).stream(),
                        containers(pod.getSpec().getInitContainers()).stream())
                .filter(one -> one.getName().equals(container))
                .flatMap(one -> Stream.ofNullable(one.getRestartPolicy()))
                .findFirst()
                .or(() -> Optional.ofNullable(pod.getSpec().getRestartPolicy()))
                .orElse("Always");
    }

    /** Whether the pod says that it is never traced. */
    boolean isDenied() {
        return "true"
                .equals(Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.<String, String>of())
                        .get(Renacer.DENY_ANNOTATION));
    }

    /** Whether the pod has ended or is being deleted: nothing of it will run. */
    boolean isOver() {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase)
                || "Failed".equals(phase)
                || pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** The runtime class the pod names. */
    Optional<String> runtimeClass() {
        return Optional.ofNullable(pod.getSpec().getRuntimeClassName());
    }

    /** Why the container does not run, as far as its pod says. */
    String whyNotRunning(String container) {
        if (!isOnNode()) {
            return "The pod is not scheduled to a node yet";
        }
        for (ContainerStatus status : statuses()) {
            ContainerState state = status.getState();
            if (!status.getName().equals(container) || state == null) {
                continue;
            }
            if (state.getTerminated() != null) {
                return "The container has ended with exit code "
                        + state.getTerminated().getExitCode();
            }
            if (state.getWaiting() != null && state.getWaiting().getReason() != null) {
                return "The container has not started: " + state.getWaiting().getReason();
            }
        }
        return "The container has not started";
    }

    /** The entry that says that a container is left out. */
    Skip skip(String container, Reason reason, String message) {
        return new Skip(reason, pod.getMetadata().getName(), container, isOnNode() ? nodeName() : null, message);
    }

    private Target target(String containerName, String containerId) {
        Map<String, String> attributes = Workload.attributes(pod);
        PodStatus status = pod.getStatus();
        return new Target(
                pod.getMetadata().getName(),
                pod.getMetadata().getUid(),
                status == null || status.getPodIP() == null || status.getPodIP().isEmpty() ? null : status.getPodIP(),
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
