// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.Renacer;
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

/**
 * What the operator keeps of a pod: names, labels, owners, node, containers' names and states. The rest (who set which field,
 * environments, volumes, probes, tolerations) is most of it, and of no use here.
 */
final class LeanPods {
    private LeanPods() {}

    /** A store of lean pods, for one informer. */
    static ItemStore<Pod> store() {
        return new TransformingItemStore<>(Cache::metaNamespaceKeyFunc, LeanPods::strip);
    }

    /** Strips the pod itself: nobody else holds it. */
    static Pod strip(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        metadata.setManagedFields(List.of());
        Map<String, String> annotations = metadata.getAnnotations();
        String deny = annotations == null ? null : annotations.get(Renacer.DENY_ANNOTATION);
        metadata.setAnnotations(deny == null ? Map.of() : Map.of(Renacer.DENY_ANNOTATION, deny));
        PodSpec spec = pod.getSpec();
        if (spec != null) {
            spec.setVolumes(List.of());
            spec.setTolerations(List.of());
            spec.setAffinity(null);
            spec.setTopologySpreadConstraints(List.of());
            spec.setSecurityContext(null);
            spec.getContainers().forEach(LeanPods::strip);
            spec.getInitContainers().forEach(LeanPods::strip);
            spec.getEphemeralContainers().forEach(LeanPods::strip);
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
