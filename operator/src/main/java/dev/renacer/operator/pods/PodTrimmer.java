// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.pods;

import dev.renacer.crds.Renacer;
import dev.renacer.operator.plan.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The parts of a pod that the operator keeps: names, labels, owners, node, containers' names and states, and the
 * annotations it reads. The rest (who set which field, environments, volumes, probes, tolerations) is the larger part,
 * and of no use here.
 */
public final class PodTrimmer {
    private PodTrimmer() {}

    /** A store of lean pods, for one informer. */
    public static ItemStore<Pod> store() {
        return new TransformingItemStore<>(Cache::metaNamespaceKeyFunc, PodTrimmer::strip);
    }

    /** Strips the pod itself, since nobody else has a reference to it. */
    static Pod strip(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        metadata.setManagedFields(List.of());
        metadata.setAnnotations(
                Objects.requireNonNullElse(metadata.getAnnotations(), Map.<String, String>of()).entrySet().stream()
                        .filter(annotation -> annotation.getKey().equals(Renacer.DENY_ANNOTATION)
                                || Workload.reads(annotation.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        PodSpec spec = pod.getSpec();
        if (spec != null) {
            spec.setVolumes(List.of());
            spec.setTolerations(List.of());
            spec.setAffinity(null);
            spec.setTopologySpreadConstraints(List.of());
            spec.setSecurityContext(null);
            spec.getContainers().forEach(PodTrimmer::strip);
            spec.getInitContainers().forEach(PodTrimmer::strip);
            spec.getEphemeralContainers().forEach(PodTrimmer::strip);
        }
        return pod;
    }

    private static void strip(Container container) {
        container.setEnv(List.of());
        container.setEnvFrom(List.of());
        container.setArgs(List.of());
        container.setCommand(List.of());
        container.setVolumeMounts(List.of());
        container.setPorts(List.of());
        container.setResources(null);
        container.setSecurityContext(null);
        container.setLivenessProbe(null);
        container.setReadinessProbe(null);
        container.setStartupProbe(null);
        container.setLifecycle(null);
    }

    private static void strip(EphemeralContainer container) {
        container.setEnv(List.of());
        container.setEnvFrom(List.of());
        container.setArgs(List.of());
        container.setCommand(List.of());
        container.setVolumeMounts(List.of());
        container.setSecurityContext(null);
    }
}
