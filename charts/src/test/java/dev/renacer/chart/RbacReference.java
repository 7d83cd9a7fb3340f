// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes {@code docs/reference/rbac.md} from what the chart renders: {@code make rbac-reference}.
 * {@link RbacReferenceTest} holds the file to it.
 */
public final class RbacReference {
    /** Role to what it is for; in the order of the document. */
    private static final List<Map.Entry<String, String>> ROLES = List.of(
            Map.entry("renacer-operator", "The operator's ServiceAccount."),
            Map.entry(
                    "renacer-operator-own-namespace",
                    "The operator's ServiceAccount, in Renacer's own namespace: the election and the agents' pods."),
            Map.entry(
                    "renacer-agent", "The agents' ServiceAccount. Admission policies bind its writes to its own node."),
            Map.entry(
                    "renacer-uninstall",
                    "The ServiceAccount of the Jobs of `helm uninstall`; there while they run (`uninstall.enabled`)."),
            Map.entry(
                    "renacer-uninstall-own-namespace",
                    "The same ServiceAccount, in Renacer's own namespace: the Lease is deleted."),
            Map.entry(
                    "renacer-viewer",
                    "People who may see what is traced; part of the built-in role `view` (`rbac.aggregateToView`)."),
            Map.entry(
                    "renacer-tracer",
                    "People who may trace the pods of a namespace: bind it there. Treat it like `pods/exec`; part of"
                            + " `edit` only with `rbac.aggregateToEdit`."),
            Map.entry(
                    "renacer-cluster-viewer",
                    "People who trace, for what lies in no namespace: bind it by a ClusterRoleBinding"
                            + " (`rbac.clusterViewers`), so that `kubectl renacer explain` has answers."),
            Map.entry("renacer-admin", "People who say where spans may go and what requests may ask for."));

    private RbacReference() {}

    /** Writes the document to the file named. */
    public static void main(String[] arguments) throws IOException {
        Files.writeString(Path.of(arguments[0]), generate());
    }

    static String generate() {
        RenderedChart chart = RenderedChart.of("{}");
        StringBuilder text = new StringBuilder("""
            <!-- SPDX-FileCopyrightText: The Renacer authors -->
            <!-- SPDX-License-Identifier: Apache-2.0 -->
            <!-- Generated from the Helm chart by `make rbac-reference`. -->

            # Rights
            What the chart grants with its default values. With `watchNamespace` set, everything about objects of
            namespaces is granted by a Role in that namespace instead of cluster-wide. Nobody but Renacer's own
            accounts is bound to a role: that is for an admin to do.
            """);
        for (Map.Entry<String, String> role : ROLES) {
            HasMetadata found = chart.objects().stream()
                    .filter(object -> object instanceof ClusterRole || object instanceof Role)
                    .filter(object -> object.getMetadata().getName().equals(role.getKey()))
                    .findFirst()
                    .orElseThrow();
            text.append("\n## ")
                    .append(found.getKind())
                    .append(" `")
                    .append(role.getKey())
                    .append("`\n");
            text.append(role.getValue()).append("\n\n| API group | resources | verbs |\n|---|---|---|\n");
            rules(found).map(RbacReference::row).forEach(text::append);
        }
        return text.toString();
    }

    /** A rule as one line: {@code group resources [names]: verbs}. */
    static String line(PolicyRule rule) {
        return group(rule) + " " + String.join(",", rule.getResources())
                + (rule.getResourceNames().isEmpty() ? "" : " " + rule.getResourceNames()) + ": "
                + String.join(" ", rule.getVerbs());
    }

    private static String row(PolicyRule rule) {
        String names = rule.getResourceNames().isEmpty() ? "" : " named " + String.join(", ", rule.getResourceNames());
        return "| " + group(rule) + " | " + String.join(", ", rule.getResources()) + names + " | "
                + String.join(", ", rule.getVerbs()) + " |\n";
    }

    private static String group(PolicyRule rule) {
        String group = rule.getApiGroups().getFirst();
        return group.isEmpty() ? "core" : group;
    }

    private static Stream<PolicyRule> rules(HasMetadata role) {
        return role instanceof ClusterRole cluster ? cluster.getRules().stream() : ((Role) role).getRules().stream();
    }
}
