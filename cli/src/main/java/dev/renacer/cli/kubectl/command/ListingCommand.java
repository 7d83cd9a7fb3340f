// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.kubectl.api.RawApi;
import dev.renacer.cli.kubectl.listing.Listing;
import dev.renacer.cli.kubectl.print.OutputFormat;
import io.fabric8.kubernetes.client.KubernetesClient;

/** A verb that lists one of Renacer's resource types. */
abstract class ListingCommand extends ClusterCommand {
    private final Listing listing;

    ListingCommand(Listing listing) {
        this.listing = listing;
    }

    @Override
    public final Integer call() throws InterruptedException {
        OutputFormat format = output.in(OutputFormat.WIDE, OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        try (KubernetesClient client = cluster().client()) {
            return print(client, format);
        }
    }

    /** Prints what there is and returns the exit code. */
    int print(KubernetesClient client, OutputFormat format) throws InterruptedException {
        listing.print(new RawApi(client), namespace(client), format, out(), err());
        return ExitCode.SUCCESS;
    }

    /** Whose objects; empty for those of all namespaces, and for a type that lies in none. */
    String namespace(KubernetesClient client) {
        return "";
    }
}
