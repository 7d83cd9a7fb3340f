// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.kubectl.api.RawApi;
import dev.renacer.cli.kubectl.listing.Listing;
import dev.renacer.cli.kubectl.print.OutputFormat;

/** A verb that lists one of Renacer's resource types. */
abstract class ListingCommand extends ClusterCommand {
    private final Listing listing;

    ListingCommand(Listing listing) {
        this.listing = listing;
    }

    @Override
    public final Integer call() throws InterruptedException {
        OutputFormat format = output.in(OutputFormat.WIDE, OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        try (RawApi api = cluster().rawApi()) {
            return print(api, format);
        }
    }

    /** Prints what there is and returns the exit code. */
    int print(RawApi api, OutputFormat format) throws InterruptedException {
        listing.print(api, namespace(api), format, out(), err());
        return ExitCode.SUCCESS;
    }

    /** Whose objects; empty for those of all namespaces, and for a type that lies in none. */
    String namespace(RawApi api) {
        return "";
    }
}
