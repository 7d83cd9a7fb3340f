// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whose pod it is, in OpenTelemetry's names. The owners above the first are derived from names, as the Collector's k8sattributes
 * processor does, so that the operator need not read ReplicaSets and Jobs.
 */
final class Workload {
    /** Annotations of this prefix become resource attributes of the rest of their name (OpenTelemetry's rule for Kubernetes). */
    static final String ATTRIBUTE_ANNOTATION = "resource.opentelemetry.io/";

    /** A CronJob's controller names a Job after its schedule in minutes since 1970: eight digits or more. */
    private static final Pattern CRON_JOB_RUN = Pattern.compile("(.+)-\\d{8,}");

    /** Which owner names the service, nearest to the user first: the order of OpenTelemetry's service.name rule. */
    private static final List<String> SERVICE_NAME_ORDER = List.of(
            "k8s.deployment.name",
            "k8s.replicaset.name",
            "k8s.statefulset.name",
            "k8s.daemonset.name",
            "k8s.cronjob.name",
            "k8s.job.name");

    private Workload() {}

    /** Resource attributes of the pod's owners and of its annotations. */
    static Map<String, String> attributes(Pod pod) {
        Map<String, String> attributes = new TreeMap<>(owners(pod));
        annotations(pod).forEach((name, value) -> {
            if (name.startsWith(ATTRIBUTE_ANNOTATION) && !name.equals(ATTRIBUTE_ANNOTATION + "service.name")) {
                attributes.put(name.substring(ATTRIBUTE_ANNOTATION.length()), value);
            }
        });
        return attributes;
    }

    /**
     * Value of service.name by OpenTelemetry's rule: the annotation, the labels app.kubernetes.io/instance and /name, the workload,
     * the pod, the container.
     */
    static String serviceName(Pod pod, String containerName) {
        Map<String, String> labels =
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
        Map<String, String> owners = owners(pod);
        return Stream.of(
                        Stream.of(annotations(pod).get(ATTRIBUTE_ANNOTATION + "service.name")),
                        Stream.of(labels.get("app.kubernetes.io/instance"), labels.get("app.kubernetes.io/name")),
                        SERVICE_NAME_ORDER.stream().map(owners::get),
                        Stream.of(pod.getMetadata().getName()))
                .flatMap(candidates -> candidates)
                .filter(name -> name != null && !name.isBlank())
                .findFirst()
                .orElse(containerName);
    }

    private static Map<String, String> owners(Pod pod) {
        Map<String, String> owners = new TreeMap<>();
        for (OwnerReference owner :
                Objects.requireNonNullElse(pod.getMetadata().getOwnerReferences(), List.<OwnerReference>of())) {
            if (!Boolean.TRUE.equals(owner.getController())) {
                continue;
            }
            String name = owner.getName();
            switch (owner.getKind()) {
                case "ReplicaSet" -> {
                    owners.put("k8s.replicaset.name", name);
                    String suffix = "-" + labels(pod).get("pod-template-hash");
                    if (name.endsWith(suffix)) {
                        owners.put("k8s.deployment.name", name.substring(0, name.length() - suffix.length()));
                    }
                }
                case "StatefulSet" -> owners.put("k8s.statefulset.name", name);
                case "DaemonSet" -> owners.put("k8s.daemonset.name", name);
                case "Job" -> {
                    owners.put("k8s.job.name", name);
                    Matcher run = CRON_JOB_RUN.matcher(name);
                    if (run.matches()) {
                        owners.put("k8s.cronjob.name", run.group(1));
                    }
                }
                default -> {
                    // Custom controllers: OpenTelemetry has no attribute for them.
                }
            }
        }
        return owners;
    }

    private static Map<String, String> labels(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
    }

    private static Map<String, String> annotations(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of());
    }
}
