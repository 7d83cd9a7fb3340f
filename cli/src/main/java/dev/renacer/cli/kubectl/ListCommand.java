// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.Signals;
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
        },
        footer = {
            "",
            "Examples:",
            "  kubectl renacer list -A",
            "  kubectl renacer list -n shop -o wide --watch",
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

    @Option(
            names = {"-w", "--watch"},
            description =
                    "Then print what changes, until Ctrl-C (exit code 0); a watch that the server ends is taken up again.")
    boolean watch;

    @Override
    public Integer call() throws InterruptedException {
        OutputFormat format = output.in(OutputFormat.WIDE, OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        try (RawApi api = cluster.rawApi()) {
            if (watch) {
                return watch(api, format);
            }
            Listing.REQUESTS.print(
                    api,
                    allNamespaces ? "" : cluster.namespace(api),
                    format,
                    spec.commandLine().getOut(),
                    spec.commandLine().getErr());
        }
        return ExitCode.SUCCESS;
    }

    private int watch(RawApi api, OutputFormat format) throws InterruptedException {
        ChangePrinter printer = new ChangePrinter(
                Listing.REQUESTS, format, allNamespaces, spec.commandLine().getOut());
        String path = Listing.REQUESTS.path(allNamespaces ? "" : cluster.namespace(api));
        ListingWatch watched =
                new ListingWatch(api, path, printer, spec.commandLine().getErr());
        Signals.INT.handle(_ -> watched.stop(ExitCode.SUCCESS));
        return watched.await();
    }
}
