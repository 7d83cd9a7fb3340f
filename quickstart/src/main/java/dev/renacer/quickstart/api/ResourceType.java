// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resource the API serves: what discovery says about it, and the columns `kubectl get` prints.
 *
 * @param group the API group, empty for the core group
 * @param shortNames such as `rtr`
 */
record ResourceType(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        boolean namespaced,
        boolean statusSubresource,
        List<String> shortNames,
        List<String> categories,
        List<Column> columns) {

    /**
     * A printer column.
     *
     * @param type as in a CRD: string, integer, number, boolean or date
     * @param wide shown with `-o wide` only
     */
    record Column(String name, String type, String jsonPath, boolean wide) {}

    private static final Column AGE = new Column("Age", "date", ".metadata.creationTimestamp", false);

    /** The built-in resources that operator, agent and a curious user ask for. */
    static final List<ResourceType> BUILT_IN = List.of(
            builtIn("", "v1", "namespaces", "Namespace", false, "ns", column("Status", ".status.phase"), AGE),
            builtIn("", "v1", "nodes", "Node", false, "no", AGE),
            builtIn(
                    "",
                    "v1",
                    "pods",
                    "Pod",
                    true,
                    "po",
                    column("Status", ".status.phase"),
                    AGE,
                    wide("IP", ".status.podIP"),
                    wide("Node", ".spec.nodeName")),
            builtIn(
                    "",
                    "v1",
                    "events",
                    "Event",
                    true,
                    "ev",
                    new Column("Last Seen", "date", ".lastTimestamp", false),
                    column("Type", ".type"),
                    column("Reason", ".reason"),
                    column("Object", ".involvedObject.name"),
                    column("Message", ".message")),
            builtIn("", "v1", "configmaps", "ConfigMap", true, "cm", AGE),
            builtIn("", "v1", "secrets", "Secret", true, null, AGE),
            builtIn("apps", "v1", "deployments", "Deployment", true, "deploy", AGE),
            builtIn("apps", "v1", "replicasets", "ReplicaSet", true, "rs", AGE),
            builtIn("apps", "v1", "statefulsets", "StatefulSet", true, "sts", AGE),
            builtIn("apps", "v1", "daemonsets", "DaemonSet", true, "ds", AGE),
            builtIn("batch", "v1", "jobs", "Job", true, null, AGE),
            builtIn("batch", "v1", "cronjobs", "CronJob", true, "cj", AGE),
            builtIn("coordination.k8s.io", "v1", "leases", "Lease", true, null, AGE),
            builtIn(
                    "admissionregistration.k8s.io",
                    "v1",
                    "validatingadmissionpolicies",
                    "ValidatingAdmissionPolicy",
                    false,
                    null,
                    AGE),
            builtIn(
                    "apiextensions.k8s.io",
                    "v1",
                    "customresourcedefinitions",
                    "CustomResourceDefinition",
                    false,
                    "crd",
                    new Column("Created At", "date", ".metadata.creationTimestamp", false)));

    private static Column column(String name, String jsonPath) {
        return new Column(name, "string", jsonPath, false);
    }

    private static Column wide(String name, String jsonPath) {
        return new Column(name, "string", jsonPath, true);
    }

    private static ResourceType builtIn(
            String group,
            String version,
            String plural,
            String kind,
            boolean namespaced,
            @Nullable String shortName,
            Column... columns) {
        return new ResourceType(
                group,
                version,
                plural,
                kind.toLowerCase(java.util.Locale.ROOT),
                kind,
                namespaced,
                true,
                shortName == null ? List.of() : List.of(shortName),
                List.of(),
                List.of(columns));
    }

    /** The types a CRD defines, one for each version it serves. */
    static List<ResourceType> of(CustomResourceDefinition crd) {
        var spec = crd.getSpec();
        var names = spec.getNames();
        return spec.getVersions().stream()
                .filter(version -> Boolean.TRUE.equals(version.getServed()))
                .map(version -> new ResourceType(
                        spec.getGroup(),
                        version.getName(),
                        names.getPlural(),
                        names.getSingular(),
                        names.getKind(),
                        spec.getScope().equals("Namespaced"),
                        version.getSubresources() != null
                                && version.getSubresources().getStatus() != null,
                        names.getShortNames(),
                        names.getCategories(),
                        version.getAdditionalPrinterColumns().isEmpty()
                                ? List.of(AGE)
                                : version.getAdditionalPrinterColumns().stream()
                                        .map(c -> new Column(
                                                c.getName(),
                                                c.getType(),
                                                c.getJsonPath(),
                                                c.getPriority() != null && c.getPriority() > 0))
                                        .toList()))
                .toList();
    }

    /** As in an object's apiVersion: `v1`, `apps/v1`. */
    String groupVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
