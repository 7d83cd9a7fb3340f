// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubectl renacer stop}: ends traces before their time; the requests and their figures remain. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = "Ends traces before their time. The requests stay, with their figures, until they are deleted.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
final class StopCommand implements Callable<Integer> {
    private static final String STOP = "{\"spec\":{\"stop\":true}}";

    @Spec
    CommandSpec spec;

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Name of a TraceRequest, also as tracerequest/NAME.")
    List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        try (KubernetesClient client = cluster.client()) {
            String namespace = cluster.namespace(client);
            for (String name : names) {
                stop(client, namespace, name.substring(name.lastIndexOf('/') + 1));
                spec.commandLine().getOut().println("tracerequest.renacer.dev/" + name + " stopped");
            }
        }
        return ExitCode.SUCCESS;
    }

    /**
     * Sets {@code stop} on a request.
     *
     * @throws CommandFailure if there is no such request, or the API refuses
     */
    static void stop(KubernetesClient client, String namespace, String name) {
        ApiFailures.explained(client, () -> {
            var request =
                    client.resources(TraceRequest.class).inNamespace(namespace).withName(name);
            if (request.get() == null) {
                // Tells an unknown name from an unknown resource type: listing fails for the latter.
                client.resources(TraceRequest.class).inNamespace(namespace).list();
                throw new CommandFailure(
                        ExitCode.FAILURE,
                        "no TraceRequest '" + name + "' in namespace '" + namespace
                                + "'; 'kubectl renacer list -A' shows them all");
            }
            return request.patch(PatchContext.of(PatchType.JSON_MERGE), STOP);
        });
    }
}
