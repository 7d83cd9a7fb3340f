// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import picocli.CommandLine.Command;

/** {@code kubectl renacer sinks}: where spans may go. */
@Command(
        name = "sinks",
        mixinStandardHelpOptions = true,
        description = "Lists the places spans may go to, and whether each is ready.")
final class SinksCommand extends ListingCommand {
    SinksCommand() {
        super(Listing.SINKS);
    }
}
