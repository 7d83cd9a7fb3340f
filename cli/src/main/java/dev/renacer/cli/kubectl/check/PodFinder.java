// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.cli.kubectl.option.LabelSelectors;
import dev.renacer.cli.kubectl.option.PodChoice;
import dev.renacer.cli.kubectl.option.WorkloadKind;
import dev.renacer.crds.TraceRequestSpec.WorkloadRef;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the pods a request would be about, with the rights of who asks. */
public record PodFinder(KubernetesClient client, String namespace) {
    /** The pods; absent if the pod or the workload itself is not there. */
    public Lookup<List<Pod>> find(PodChoice choice) {
        return Lookup.of(() -> switch (choice) {
            case PodChoice.ByName(String name) -> {
                Pod pod = client.pods().inNamespace(namespace).withName(name).get();
                yield pod == null ? null : List.of(pod);
            }
            case PodChoice.BySelector(LabelSelector selector) -> selected(selector);
            case PodChoice.ByWorkload(WorkloadRef workload) -> ofWorkload(workload);
        });
    }

    private List<Pod> selected(LabelSelector selector) {
        return client.pods()
                .inNamespace(namespace)
                .withLabelSelector(selector)
                .list()
                .getItems();
    }

    private @Nullable List<Pod> ofWorkload(WorkloadRef workload) {
        String name = workload.name();
        Optional<WorkloadKind> kind =
                workload.apiVersion() == null ? WorkloadKind.of(workload.kind()) : Optional.empty();
        if (kind.isEmpty()) {
            return scaled(workload);
        }
        if (kind.get() == WorkloadKind.CRONJOB) {
            return ofCronJob(name);
        }
        var apps = client.apps();
        Optional<LabelSelector> selector = switch (kind.get()) {
            case DEPLOYMENT ->
                Optional.ofNullable(apps.deployments()
                                .inNamespace(namespace)
                                .withName(name)
                                .get())
                        .map(found -> found.getSpec().getSelector());
            case STATEFULSET ->
                Optional.ofNullable(apps.statefulSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get())
                        .map(found -> found.getSpec().getSelector());
            case DAEMONSET ->
                Optional.ofNullable(apps.daemonSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get())
                        .map(found -> found.getSpec().getSelector());
            case REPLICASET ->
                Optional.ofNullable(apps.replicaSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get())
                        .map(found -> found.getSpec().getSelector());
            case JOB ->
                Optional.ofNullable(client.batch()
                                .v1()
                                .jobs()
                                .inNamespace(namespace)
                                .withName(name)
                                .get())
                        .map(found -> found.getSpec().getSelector());
            case POD, CRONJOB -> Optional.empty();
        };
        return selector.map(this::selected).orElse(null);
    }

    private @Nullable List<Pod> ofCronJob(String name) {
        if (client.batch().v1().cronjobs().inNamespace(namespace).withName(name).get() == null) {
            return null;
        }
        return client.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
                .filter(job -> isOwnedBy(job, name))
                .flatMap(job -> Stream.ofNullable(job.getSpec().getSelector()))
                .flatMap(selector -> selected(selector).stream())
                .toList();
    }

    private static boolean isOwnedBy(Job job, String cronJob) {
        return job.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner ->
                        owner.getKind().equals("CronJob") && owner.getName().equals(cronJob));
    }

    private @Nullable List<Pod> scaled(WorkloadRef workload) {
        var scale = client.genericKubernetesResources(String.valueOf(workload.apiVersion()), workload.kind())
                .inNamespace(namespace)
                .withName(workload.name())
                .scale();
        if (scale == null || scale.getStatus() == null || scale.getStatus().getSelector() == null) {
            return null;
        }
        LabelSelector selector = LabelSelectors.parse(scale.getStatus().getSelector());
        return selected(new LabelSelectorBuilder(selector).build());
    }
}
