// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.Signals;
import dev.renacer.cli.kubectl.api.RawApi;
import dev.renacer.cli.kubectl.listing.ChangePrinter;
import dev.renacer.cli.kubectl.listing.Listing;
import dev.renacer.cli.kubectl.listing.ListingWatch;
import dev.renacer.cli.kubectl.print.OutputFormat;
import io.fabric8.kubernetes.client.KubernetesClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kubectl renacer list}: the requests of a namespace or of all, with their figures. */
@Command(
        name = "list",
        aliases = "ls",
        mixinStandardHelpOptions = true,
        description = {
            "Lists trace requests with their state and figures, as kubectl get tracerequests does.",
            "STATE is the reason of the condition Tracing; docs/reference/reasons.md says what each means."
        },
        footer = {
            "",
            "Examples:",
            "  kubectl renacer list -A",
            "  kubectl renacer list -n shop -o wide --watch",
        })
public final class ListCommand extends ListingCommand {
    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Of all namespaces.")
    boolean allNamespaces;

    @Option(
            names = {"-w", "--watch"},
            description =
                    "Then print what changes, until Ctrl-C (exit code 0); a watch that the server ends is taken up again.")
    boolean watch;

    /** As picocli wants it: without arguments. */
    public ListCommand() {
        super(Listing.REQUESTS);
    }

    @Override
    int print(KubernetesClient client, OutputFormat format) throws InterruptedException {
        if (!watch) {
            return super.print(client, format);
        }
        ChangePrinter printer = new ChangePrinter(Listing.REQUESTS, format, allNamespaces, out());
        ListingWatch watched =
                new ListingWatch(new RawApi(client), Listing.REQUESTS.path(namespace(client)), printer, err());
        Signals.INT.handle(_ -> watched.stop(ExitCode.SUCCESS));
        return watched.await();
    }

    @Override
    String namespace(KubernetesClient client) {
        return allNamespaces ? "" : cluster().namespace(client);
    }
}
