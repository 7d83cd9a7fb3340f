// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.UserText;
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
public final class Workload {
    /** Annotations of this prefix become resource attributes of the rest of their name (OpenTelemetry's rule for Kubernetes). */
    private static final String ATTRIBUTE_ANNOTATION = "resource.opentelemetry.io/";

    /** Most attributes that a pod's annotations give: they are stored with each of its containers on each request. */
    static final int MOST_ATTRIBUTES = 32;

    /** Most characters of such an attribute's value; what is longer is cut. */
    static final int LONGEST_VALUE = 256;

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

    /** Whether this annotation of a pod says something of its resource. */
    public static boolean reads(String annotation) {
        return annotation.startsWith(ATTRIBUTE_ANNOTATION);
    }

    /** Resource attributes of the pod's owners and of its annotations, of these the first by name. */
    static Map<String, String> attributes(Pod pod) {
        Map<String, String> attributes = new TreeMap<>(owners(pod));
        new TreeMap<>(annotations(pod))
                .entrySet().stream()
                        .filter(annotation -> reads(annotation.getKey()))
                        .filter(annotation -> !annotation.getKey().equals(ATTRIBUTE_ANNOTATION + "service.name"))
                        .limit(MOST_ATTRIBUTES)
                        .forEach(annotation -> attributes.put(
                                annotation.getKey().substring(ATTRIBUTE_ANNOTATION.length()),
                                UserText.head(annotation.getValue(), LONGEST_VALUE)));
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
                        Stream.ofNullable(annotations(pod).get(ATTRIBUTE_ANNOTATION + "service.name"))
                                .map(name -> UserText.head(name, LONGEST_VALUE)),
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
