// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.NamedRequests;
import dev.renacer.cli.kubectl.option.DryRun;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.cli.kubectl.print.RequestReport;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl renacer stop}: ends traces before their time; the requests and their figures remain. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description =
                "Ends traces before their deadline. The requests stay, with their figures, until they are deleted.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
public final class StopCommand extends ClusterCommand {
    @Mixin
    DryRun dryRun = new DryRun();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Name of a TraceRequest, also as tracerequest/NAME.")
    List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        try (KubernetesClient client = cluster().client()) {
            String namespace = cluster().namespace(client);
            for (String name : names) {
                TraceRequest request = ApiFailures.explained(client, () -> NamedRequests.get(client, namespace, name));
                TraceRequest stopped = dryRun.isClient()
                        ? request
                        : ApiFailures.explained(client, () -> NamedRequests.stop(client, request, dryRun.isServer()));
                RequestReport.done(out(), format, stopped, "stopped" + dryRun.suffix());
            }
        }
        return ExitCode.SUCCESS;
    }
}
