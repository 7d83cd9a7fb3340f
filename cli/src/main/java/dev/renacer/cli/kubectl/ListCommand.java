// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.ExitCode;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubectl renacer list}: the requests of a namespace or of all, with their figures. */
@Command(
        name = "list",
        aliases = "ls",
        mixinStandardHelpOptions = true,
        description = "Lists trace requests with their state and figures.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
final class ListCommand implements Callable<Integer> {
    /** How to print. */
    enum Format {
        TABLE,
        JSON,
        YAML,
        NAME;

        /** As written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    CommandSpec spec;

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Of all namespaces.")
    boolean allNamespaces;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    Format format = Format.TABLE;

    @Override
    public Integer call() {
        try (KubernetesClient client = cluster.client()) {
            String namespace = cluster.namespace(client);
            KubernetesResourceList<TraceRequest> found = ApiFailures.explained(
                    client,
                    () -> allNamespaces
                            ? client.resources(TraceRequest.class)
                                    .inAnyNamespace()
                                    .list()
                            : client.resources(TraceRequest.class)
                                    .inNamespace(namespace)
                                    .list());
            // As kubectl: the bookkeeping of field owners is of no use to a reader.
            found.getItems().forEach(request -> request.getMetadata().setManagedFields(List.of()));
            print(found, namespace);
        }
        return ExitCode.SUCCESS;
    }

    private void print(KubernetesResourceList<TraceRequest> found, String namespace) {
        PrintWriter out = spec.commandLine().getOut();
        List<TraceRequest> requests = found.getItems().stream()
                .sorted(Comparator.comparing(
                                (TraceRequest request) -> request.getMetadata().getNamespace())
                        .thenComparing(request -> request.getMetadata().getName()))
                .toList();
        switch (format) {
            case JSON -> out.println(Serialization.asJson(found));
            case YAML -> out.print(Serialization.asYaml(found));
            case NAME ->
                requests.forEach(request -> out.println(
                        "tracerequest.renacer.dev/" + request.getMetadata().getName()));
            case TABLE -> {
                if (requests.isEmpty()) {
                    String where = allNamespaces ? "in this cluster" : "in namespace " + namespace;
                    spec.commandLine().getErr().println("no trace requests " + where);
                } else {
                    RequestTable.lines(requests, Instant.now()).forEach(out::println);
                }
            }
        }
        out.flush();
    }
}
