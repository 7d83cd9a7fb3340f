// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.crds.TraceRequestSpec.WorkloadRef;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A workload as a user names it on the command line.
 *
 * @param kind  as the user wrote it; one of {@link WorkloadKind}'s names, or with its API group as {@code rollouts.argoproj.io}
 * @param name  its name in the namespace
 */
public record WorkloadReference(String kind, String name) {
    /**
     * Reads {@code KIND/NAME}.
     *
     * @throws CommandFailure if it is none
     */
    public static WorkloadReference parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw CommandFailure.usage("'" + text + "' does not say what it is; give " + WorkloadKind.spellings());
        }
        String kind = text.substring(0, slash);
        String name = text.substring(slash + 1);
        if (kind.isEmpty()) {
            throw CommandFailure.usage(
                    "'" + text + "' lacks the kind before the '/'; give " + WorkloadKind.spellings());
        }
        if (WorkloadKind.of(kind).isEmpty() && !kind.matches("[A-Za-z][A-Za-z0-9]*(\\.[a-z0-9-]+)+")) {
            throw CommandFailure.usage(
                    "cannot trace a '" + kind + "'; give " + WorkloadKind.spellings() + ", or a selector with -l");
        }
        if (name.isEmpty()) {
            throw CommandFailure.usage("'" + text + "' lacks the name after the '/'; 'kubectl get " + kind
                    + "' lists those of the namespace");
        }
        Rfc1123.subdomain(kind, name);
        return new WorkloadReference(kind, name);
    }

    /**
     * What to write into a request. Asks the cluster only for a kind of somebody else's API group.
     *
     * @throws CommandFailure if the cluster has no such kind, or it cannot be scaled
     */
    public PodChoice resolve(KubernetesClient client) {
        Optional<WorkloadKind> known = WorkloadKind.of(kind);
        if (known.isEmpty()) {
            return new PodChoice.ByWorkload(discovered(client));
        }
        return known.get() == WorkloadKind.POD
                ? new PodChoice.ByName(name)
                : new PodChoice.ByWorkload(new WorkloadRef(null, known.get().kind(), name));
    }

    private WorkloadRef discovered(KubernetesClient client) {
        int dot = kind.indexOf('.');
        String bare = kind.substring(0, dot);
        String group = kind.substring(dot + 1);
        APIGroup found = client.getApiGroup(group);
        String version = found == null ? "" : found.getPreferredVersion().getGroupVersion();
        APIResourceList resources = version.isEmpty() ? null : client.getApiResources(version);
        if (resources == null) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "this cluster has no API group '" + group + "'; 'kubectl api-resources' lists them");
        }
        APIResource resource = resources.getResources().stream()
                .filter(candidate -> !candidate.getName().contains("/") && isCalled(candidate, bare))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.FAILURE,
                        "API group '" + group + "' has no kind '" + bare + "'; 'kubectl api-resources --api-group="
                                + group + "' lists them"));
        boolean scalable = resources.getResources().stream()
                .anyMatch(candidate -> candidate.getName().equals(resource.getName() + "/scale"));
        if (!scalable) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "a " + resource.getKind()
                            + " cannot be traced by name, since it has no scale subresource that names"
                            + " its pods; give a selector with -l");
        }
        return new WorkloadRef(version, resource.getKind(), name);
    }

    private static boolean isCalled(APIResource resource, String name) {
        Stream<String> shortNames = resource.getShortNames() == null ? Stream.of() : resource.getShortNames().stream();
        return Stream.concat(Stream.of(resource.getName(), resource.getSingularName(), resource.getKind()), shortNames)
                .anyMatch(known -> known != null && known.equalsIgnoreCase(name));
    }
}
