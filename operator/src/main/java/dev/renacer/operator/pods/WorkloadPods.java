// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.pods;

import dev.renacer.crds.TraceRequestSpec.WorkloadRef;
import dev.renacer.operator.plan.Labels;
import dev.renacer.operator.plan.PodSelection;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out which pods a workload has: by its selector, by its Jobs, or by its scale subresource. */
public final class WorkloadPods {
    private static final String APPS = "apps/v1";
    private static final String BATCH = "batch/v1";

    /** Kinds that need no apiVersion, each with its apiVersion. */
    private static final Map<String, String> KNOWN = Map.of(
            "Deployment", APPS,
            "StatefulSet", APPS,
            "DaemonSet", APPS,
            "ReplicaSet", APPS,
            "Job", BATCH,
            "CronJob", BATCH);

    private final KubernetesClient client;

    /**
     * @param client  reads the workloads
     */
    public WorkloadPods(KubernetesClient client) {
        this.client = client;
    }

    /** The result of resolving a reference. */
    public sealed interface Resolution {
        /** The pods of the workload. */
        record Found(PodSelection selection) implements Resolution {}

        /** There is no such workload, or it has no pods; the message says what to do. */
        record Missing(String message) implements Resolution {}
    }

    /** Looks the workload up. */
    public Resolution resolve(String namespace, WorkloadRef ref) {
        String known = KNOWN.get(ref.kind());
        String apiVersion = ref.apiVersion() == null ? known : ref.apiVersion();
        if (apiVersion == null) {
            return new Resolution.Missing(unknownKind(ref.kind()));
        }
        try {
            return apiVersion.equals(known) ? builtIn(namespace, ref) : scaled(namespace, ref, apiVersion);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            return new Resolution.Missing("The operator may not read " + name(ref)
                    + ": an admin can allow that by a ClusterRole with get on it and its scale subresource");
        }
    }

    private Resolution builtIn(String namespace, WorkloadRef ref) {
        return switch (ref.kind()) {
            case "Deployment" ->
                selected(
                        ref,
                        namespace,
                        client.apps().deployments().inNamespace(namespace).withName(ref.name()),
                        found -> found.getSpec().getSelector());
            case "StatefulSet" ->
                selected(
                        ref,
                        namespace,
                        client.apps().statefulSets().inNamespace(namespace).withName(ref.name()),
                        found -> found.getSpec().getSelector());
            case "DaemonSet" ->
                selected(
                        ref,
                        namespace,
                        client.apps().daemonSets().inNamespace(namespace).withName(ref.name()),
                        found -> found.getSpec().getSelector());
            case "ReplicaSet" ->
                selected(
                        ref,
                        namespace,
                        client.apps().replicaSets().inNamespace(namespace).withName(ref.name()),
                        found -> found.getSpec().getSelector());
            case "Job" ->
                selected(
                        ref,
                        namespace,
                        client.batch().v1().jobs().inNamespace(namespace).withName(ref.name()),
                        found -> found.getSpec().getSelector());
            default -> cronJob(namespace, ref);
        };
    }

    private static <T extends HasMetadata> Resolution selected(
            WorkloadRef ref, String namespace, Resource<T> resource, Function<T, @Nullable LabelSelector> selector) {
        T found = resource.get();
        if (found == null) {
            return missing(namespace, ref);
        }
        return Optional.ofNullable(selector.apply(found))
                .<Resolution>map(labels -> new Resolution.Found(new PodSelection.OfWorkload(name(ref), labels)))
                .orElseGet(() -> new Resolution.Missing(name(ref) + " selects no pods of its own"));
    }

    private Resolution cronJob(String namespace, WorkloadRef ref) {
        CronJob found = client.batch()
                .v1()
                .cronjobs()
                .inNamespace(namespace)
                .withName(ref.name())
                .get();
        if (found == null) {
            return missing(namespace, ref);
        }
        String uid = found.getMetadata().getUid();
        Set<String> jobs = client.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
                .filter(job -> job.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getUid().equals(uid)))
                .map(job -> job.getMetadata().getUid())
                .collect(Collectors.toSet());
        return new Resolution.Found(new PodSelection.OfCronJob(ref.name(), jobs));
    }

    /** Any other kind: its scale subresource names its pods, as for a HorizontalPodAutoscaler. */
    private Resolution scaled(String namespace, WorkloadRef ref, String apiVersion) {
        APIResourceList resources = client.getApiResources(apiVersion);
        List<APIResource> served = resources == null ? List.of() : resources.getResources();
        Optional<APIResource> kind = served.stream()
                .filter(resource -> resource.getKind().equals(ref.kind()))
                .filter(resource -> !resource.getName().contains("/"))
                .findFirst();
        if (kind.isEmpty()) {
            return new Resolution.Missing("The API server has no kind \"" + ref.kind() + "\" in " + apiVersion
                    + ": see 'kubectl api-resources'");
        }
        String plural = kind.get().getName();
        if (served.stream().noneMatch(resource -> resource.getName().equals(plural + "/scale"))) {
            return new Resolution.Missing(
                    ref.kind() + " has no scale subresource that names its pods: give spec.selector instead");
        }
        Scale scale = client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup(apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "")
                        .withVersion(apiVersion.substring(apiVersion.indexOf('/') + 1))
                        .withKind(ref.kind())
                        .withPlural(plural)
                        .withNamespaced(true)
                        .build())
                .inNamespace(namespace)
                .withName(ref.name())
                .scale();
        if (scale == null) {
            return missing(namespace, ref);
        }
        String selector = scale.getStatus() == null ? null : scale.getStatus().getSelector();
        if (selector == null || selector.isBlank()) {
            return new Resolution.Missing(
                    name(ref) + " does not say which pods are its own: give spec.selector instead");
        }
        return new Resolution.Found(new PodSelection.OfWorkload(name(ref), Labels.parse(selector)));
    }

    private static Resolution missing(String namespace, WorkloadRef ref) {
        return new Resolution.Missing("There is no " + name(ref) + " in namespace " + namespace);
    }

    private static String unknownKind(String kind) {
        Optional<String> meant =
                KNOWN.keySet().stream().filter(kind::equalsIgnoreCase).findFirst();
        return meant.map(known -> "Kind \"" + kind + "\" is spelt " + known)
                .orElseGet(() -> "Kind \"" + kind + "\" is not one of "
                        + KNOWN.keySet().stream().sorted().collect(Collectors.joining(", "))
                        + ": for anything else with a scale subresource give workloadRef.apiVersion too");
    }

    private static String name(WorkloadRef ref) {
        return ref.kind() + " \"" + ref.name() + "\"";
    }
}
