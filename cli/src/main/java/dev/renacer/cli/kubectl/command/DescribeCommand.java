// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.cli.kubectl.api.NamedRequests;
import dev.renacer.cli.kubectl.print.ObjectPrinter;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.cli.kubectl.status.RequestDescription;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kubectl renacer describe}: one request in words, with what its nodes report. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description =
                "Shows what requests ask for, how they are doing, what each container's agent reports, and what happened.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
public final class DescribeCommand extends ClusterCommand {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Name of a TraceRequest, also as tracerequest/NAME.")
    List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        PrintWriter out = out();
        try (KubernetesClient client = cluster().client()) {
            String namespace = cluster().namespace(client);
            if (format != OutputFormat.TEXT) {
                print(client, namespace, format, out);
                return ExitCode.SUCCESS;
            }
            String gap = "";
            for (String name : names) {
                out.print(gap);
                ApiFailures.explained(client, () -> description(client, namespace, name))
                        .forEach(out::println);
                gap = "\n";
            }
        }
        out.flush();
        return ExitCode.SUCCESS;
    }

    /** As {@code kubectl get} prints them: one object by itself, several in a list. */
    private void print(KubernetesClient client, String namespace, OutputFormat format, PrintWriter out) {
        List<HasMetadata> requests = new ArrayList<>();
        for (String name : names) {
            requests.add(ApiFailures.explained(client, () -> NamedRequests.get(client, namespace, name)));
        }
        if (format == OutputFormat.NAME) {
            requests.forEach(request -> out.println("tracerequest." + Renacer.GROUP + "/"
                    + request.getMetadata().getName()));
            out.flush();
        } else {
            ObjectPrinter.print(
                    out,
                    format,
                    requests.size() == 1
                            ? requests.getFirst()
                            : new KubernetesListBuilder().withItems(requests).build());
        }
    }

    private static List<String> description(KubernetesClient client, String namespace, String name) {
        TraceRequest request = NamedRequests.get(client, namespace, name);
        String uid = request.getMetadata().getUid();
        Lookup<List<NodeTrace>> traces = Lookup.of(() -> client.resources(NodeTrace.class)
                .inNamespace(namespace)
                .withLabel(Renacer.REQUEST_UID_LABEL, uid)
                .list()
                .getItems());
        Lookup<List<Event>> events = Lookup.of(() -> client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.uid", uid)
                .list()
                .getItems());
        return new RequestDescription(request, traces, events).lines();
    }
}
