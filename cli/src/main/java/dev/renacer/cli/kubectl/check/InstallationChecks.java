// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.definition.Definitions;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether what the chart installs is there and runs: definitions, operator, agents, admission policies. */
public final class InstallationChecks {
    /** Name of the replicas' Lease, in the operator's namespace. */
    private static final String LEASE = "renacer-operator";

    private static final Map<String, String> ANY = Map.of("app.kubernetes.io/name", "renacer");
    private static final String VERSION = "app.kubernetes.io/version";
    private static final String COMPONENT = "app.kubernetes.io/component";

    private final KubernetesClient client;

    /** Makes no request yet. */
    public InstallationChecks(KubernetesClient client) {
        this.client = client;
    }

    /** The results. */
    public List<CheckResult> run() {
        List<CheckResult> results = new ArrayList<>(definitions());
        if (isStandIn()) {
            results.add(CheckResult.unknown(
                    "installation",
                    "this is the quickstart's stand-in API server: operator and agent run as processes of this machine, and"
                            + " nothing checks what is admitted",
                    "install the chart on a cluster and ask there"));
            return results;
        }
        results.addAll(operator());
        results.addAll(agents());
        results.add(admission());
        return results;
    }

    private boolean isStandIn() {
        return Lookup.of(client::getKubernetesVersion)
                .found()
                .map(VersionInfo::getGitVersion)
                .filter(version -> version.endsWith(Renacer.STAND_IN))
                .isPresent();
    }

    private List<CheckResult> definitions() {
        List<CheckResult> results = new ArrayList<>();
        int same = 0;
        for (CustomResourceDefinition wanted : Definitions.load()) {
            String name = wanted.getMetadata().getName();
            switch (Lookup.of(() -> client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name)
                    .get())) {
                case Lookup.Unreadable<CustomResourceDefinition> _ ->
                    results.add(CheckResult.unreadable("definition", "the definition of " + name));
                case Lookup.Absent<CustomResourceDefinition> _ ->
                    results.add(CheckResult.no(
                            "definition",
                            name + " is missing",
                            "install the chart: helm upgrade --install renacer ..."));
                case Lookup.Found<CustomResourceDefinition>(CustomResourceDefinition found) -> {
                    if (schema(found).equals(schema(wanted))) {
                        same++;
                    } else {
                        results.add(CheckResult.no(
                                "definition",
                                name + " is not of this plugin's version",
                                "upgrade the chart (helm upgrade) or this plugin, whichever is older"));
                    }
                }
            }
        }
        if (same > 0) {
            results.addFirst(CheckResult.ok("definitions", same + " are installed, with this plugin's schema"));
        }
        return results;
    }

    /** As the API server keeps it: without descriptions that are empty. */
    private static JsonNode schema(CustomResourceDefinition definition) {
        JsonNode schema = Serialization.unmarshal(
                Serialization.asJson(
                        definition.getSpec().getVersions().getFirst().getSchema()),
                JsonNode.class);
        for (JsonNode described : schema.findParents("description")) {
            if (described instanceof ObjectNode node
                    && node.path("description").isTextual()
                    && node.path("description").textValue().isEmpty()) {
                node.remove("description");
            }
        }
        return schema;
    }

    private List<CheckResult> operator() {
        Lookup<List<Deployment>> read = Lookup.of(() -> client.apps()
                .deployments()
                .inAnyNamespace()
                .withLabels(ANY)
                .withLabel(COMPONENT, "operator")
                .list()
                .getItems());
        if (read instanceof Lookup.Unreadable<List<Deployment>>) {
            return List.of(CheckResult.unreadable("operator", "deployments of all namespaces"));
        }
        List<Deployment> found = read.found().orElse(List.of());
        if (found.isEmpty()) {
            return List.of(CheckResult.no(
                    "operator",
                    "there is no deployment labelled " + COMPONENT + "=operator",
                    "install the chart: helm upgrade --install renacer ..."));
        }
        return found.stream()
                .flatMap(deployment -> ofOperator(deployment).stream())
                .toList();
    }

    private List<CheckResult> ofOperator(Deployment deployment) {
        String namespace = deployment.getMetadata().getNamespace();
        String name = namespace + "/" + deployment.getMetadata().getName();
        int wanted = number(deployment.getSpec().getReplicas());
        int ready = deployment.getStatus() == null
                ? 0
                : number(deployment.getStatus().getReadyReplicas());
        String replicas = name + ": " + ready + " of " + wanted + " replicas ready";
        List<CheckResult> results = new ArrayList<>();
        results.add(
                ready > 0 && ready >= wanted
                        ? CheckResult.ok("operator", replicas)
                        : CheckResult.no(
                                "operator",
                                replicas,
                                "see: kubectl describe pods -n " + namespace + " -l " + COMPONENT + "=operator"));
        results.add(version(deployment, name));
        if (wanted > 1) {
            results.add(leader(namespace));
        }
        return results;
    }

    private static CheckResult version(Deployment deployment, String name) {
        Map<String, String> labels = deployment.getMetadata().getLabels();
        String version = labels == null ? null : labels.get(VERSION);
        String plugin = ProjectVersion.current();
        if (version == null) {
            return CheckResult.unknown(
                    "versions",
                    name + " lacks the label " + VERSION + ", which would give its version",
                    "see the image: kubectl get deployment -A -o wide -l " + COMPONENT + "=operator");
        }
        return version.equals(plugin)
                ? CheckResult.ok("versions", "plugin and operator are " + plugin)
                : CheckResult.no(
                        "versions", "plugin " + plugin + ", operator " + version, "upgrade whichever is older");
    }

    private CheckResult leader(String namespace) {
        return switch (Lookup.of(
                () -> client.leases().inNamespace(namespace).withName(LEASE).get())) {
            case Lookup.Unreadable<Lease> _ -> CheckResult.unreadable("leader", "leases of namespace " + namespace);
            case Lookup.Absent<Lease> _ ->
                CheckResult.no("leader", "no replica has taken the lease " + LEASE, "see the operator's log");
            case Lookup.Found<Lease>(Lease lease) -> {
                String holder = lease.getSpec().getHolderIdentity();
                yield holder == null || holder.isEmpty()
                        ? CheckResult.no("leader", "nobody holds the lease " + LEASE, "see the operator's log")
                        : CheckResult.ok("leader", holder);
            }
        };
    }

    private List<CheckResult> agents() {
        Lookup<List<DaemonSet>> read = Lookup.of(() -> client.apps()
                .daemonSets()
                .inAnyNamespace()
                .withLabels(AgentReadiness.LABELS)
                .list()
                .getItems());
        if (read instanceof Lookup.Unreadable<List<DaemonSet>>) {
            return List.of(CheckResult.unreadable("agents", "daemonsets of all namespaces"));
        }
        List<DaemonSet> found = read.found().orElse(List.of());
        if (found.isEmpty()) {
            return List.of(CheckResult.no(
                    "agents",
                    "there is no daemonset labelled " + COMPONENT + "=agent",
                    "install the chart: helm upgrade --install renacer ..."));
        }
        List<CheckResult> results = new ArrayList<>();
        for (DaemonSet set : found) {
            results.add(ofAgents(set));
            results.addAll(new CredentialChecks(client, set).run());
        }
        return results;
    }

    private static CheckResult ofAgents(DaemonSet set) {
        String namespace = set.getMetadata().getNamespace();
        int wanted = set.getStatus() == null ? 0 : number(set.getStatus().getDesiredNumberScheduled());
        int ready = set.getStatus() == null ? 0 : number(set.getStatus().getNumberReady());
        String pods = namespace + "/" + set.getMetadata().getName() + ": " + ready + " of " + wanted + " agents ready";
        return ready >= wanted && wanted > 0
                ? CheckResult.ok("agents", pods)
                : CheckResult.no(
                        "agents",
                        pods,
                        "see: kubectl get pods -n " + namespace + " -l " + COMPONENT + "=agent -o wide");
    }

    private CheckResult admission() {
        Lookup<List<ValidatingAdmissionPolicy>> read = Lookup.of(() -> client.resources(ValidatingAdmissionPolicy.class)
                .withLabels(ANY)
                .list()
                .getItems());
        return switch (read) {
            case Lookup.Unreadable<List<ValidatingAdmissionPolicy>> _ ->
                CheckResult.unreadable("admission", "validatingadmissionpolicies");
            case Lookup.Absent<List<ValidatingAdmissionPolicy>> _ -> noAdmission();
            case Lookup.Found<List<ValidatingAdmissionPolicy>>(List<ValidatingAdmissionPolicy> found) ->
                found.isEmpty()
                        ? noAdmission()
                        : CheckResult.ok("admission", found.size() + " validating admission policies are installed");
        };
    }

    private static CheckResult noAdmission() {
        return CheckResult.no(
                "admission",
                "there are no validating admission policies of Renacer: nothing holds an agent to its node, or a user to"
                        + " the namespaces that opted in",
                "install the chart with admission.enabled=true");
    }

    private static int number(@Nullable Integer value) {
        return value == null ? 0 : value;
    }
}
