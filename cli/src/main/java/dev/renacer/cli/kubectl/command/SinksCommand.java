// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.kubectl.listing.Listing;
import picocli.CommandLine.Command;

/** {@code kubectl renacer sinks}: where spans may go. */
@Command(
        name = "sinks",
        mixinStandardHelpOptions = true,
        description = "Lists the sinks that spans may be sent to, and whether each is ready.")
public final class SinksCommand extends ListingCommand {
    /** As picocli wants it: without arguments. */
    public SinksCommand() {
        super(Listing.SINKS);
    }
}
