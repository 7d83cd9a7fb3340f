// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

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

    @Mixin
    DryRun dryRun = new DryRun();

    @Mixin
    OutputOption output = new OutputOption();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Name of a TraceRequest, also as tracerequest/NAME.")
    List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        try (KubernetesClient client = cluster.client()) {
            String namespace = cluster.namespace(client);
            for (String name : names) {
                TraceRequest request = ApiFailures.explained(client, () -> NamedRequests.get(client, namespace, name));
                TraceRequest stopped = dryRun.isClient()
                        ? request
                        : ApiFailures.explained(client, () -> patch(client, request, dryRun.isServer()));
                RequestReport.done(spec.commandLine().getOut(), format, stopped, "stopped" + dryRun.suffix());
            }
        }
        return ExitCode.SUCCESS;
    }

    /** Sets {@code stop} on a request. */
    static TraceRequest patch(KubernetesClient client, TraceRequest request, boolean dryRun) {
        return NamedRequests.handle(
                        client,
                        request.getMetadata().getNamespace(),
                        request.getMetadata().getName())
                .dryRun(dryRun)
                .patch(PatchContext.of(PatchType.JSON_MERGE), STOP);
    }
}
