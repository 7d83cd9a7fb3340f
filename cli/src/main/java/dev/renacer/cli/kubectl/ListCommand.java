// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.ExitCode;
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
        description = {
            "Lists trace requests with their state and figures, as kubectl get tracerequests does.",
            "STATE is the reason of the condition Tracing; docs/reference/reasons.md tells what each means."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
final class ListCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Mixin
    OutputOption output = new OutputOption();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Of all namespaces.")
    boolean allNamespaces;

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.WIDE, OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        try (RawApi api = cluster.rawApi()) {
            Listing.REQUESTS.print(
                    api,
                    allNamespaces ? "" : cluster.namespace(api),
                    format,
                    spec.commandLine().getOut(),
                    spec.commandLine().getErr());
        }
        return ExitCode.SUCCESS;
    }
}
