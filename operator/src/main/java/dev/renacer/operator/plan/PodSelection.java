// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Which pods of its namespace a request means. */
public sealed interface PodSelection {
    /** Whether the request means this pod. */
    boolean matches(Pod pod);

    /** Whether it may mean this pod, once what owns the pod is looked up. */
    default boolean concerns(Pod pod) {
        return matches(pod);
    }

    /** How it reads in a message: {@code pod "a"} or {@code pod matching app=a}. */
    String description();

    /** One pod by name. */
    record Named(String name) implements PodSelection {
        @Override
        public boolean matches(Pod pod) {
            return pod.getMetadata().getName().equals(name);
        }

        @Override
        public String description() {
            return "pod \"" + name + "\"";
        }
    }

    /** Pods by label. */
    record Labelled(LabelSelector selector) implements PodSelection {
        @Override
        public boolean matches(Pod pod) {
            return Labels.match(
                    selector, Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of()));
        }

        @Override
        public String description() {
            return "pod matching " + UserText.quoted(Labels.text(selector));
        }
    }

    /**
     * Pods of a workload, by its own selector.
     *
     * @param workload  as it reads in a message: {@code Deployment "checkout"}
     */
    record OfWorkload(String workload, LabelSelector selector) implements PodSelection {
        @Override
        public boolean matches(Pod pod) {
            return Labels.match(
                    selector, Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of()));
        }

        @Override
        public String description() {
            return "pod of " + workload;
        }
    }

    /**
     * Pods of a CronJob: of the Jobs it owns. It has no selector of its own, and its Jobs come and go.
     *
     * @param name  of the CronJob
     * @param jobs  UIDs of its Jobs
     */
    record OfCronJob(String name, Set<String> jobs) implements PodSelection {
        @Override
        public boolean matches(Pod pod) {
            return job(pod).filter(job -> jobs.contains(job.getUid())).isPresent();
        }

        @Override
        public boolean concerns(Pod pod) {
            return job(pod).filter(job -> job.getName().startsWith(name + "-")).isPresent();
        }

        @Override
        public String description() {
            return "pod of CronJob \"" + name + "\"";
        }

        private static Optional<OwnerReference> job(Pod pod) {
            return Objects.requireNonNullElse(pod.getMetadata().getOwnerReferences(), List.<OwnerReference>of())
                    .stream()
                    .filter(owner -> owner.getKind().equals("Job"))
                    .findFirst();
        }
    }

    /**
     * The pods that are assigned already, where what selected them is gone.
     *
     * @param pods         UIDs of the pods
     * @param description  as it reads in a message
     */
    record Assigned(Set<String> pods, String description) implements PodSelection {
        @Override
        public boolean matches(Pod pod) {
            return pods.contains(pod.getMetadata().getUid());
        }
    }
}
