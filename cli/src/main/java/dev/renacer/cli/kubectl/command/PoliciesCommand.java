// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.kubectl.listing.Listing;
import picocli.CommandLine.Command;

/** {@code kubectl renacer policies}: what requests may ask for. */
@Command(
        name = "policies",
        mixinStandardHelpOptions = true,
        description = "Lists the policies that say what requests may ask for.")
public final class PoliciesCommand extends ListingCommand {
    /** As picocli wants it: without arguments. */
    public PoliciesCommand() {
        super(Listing.POLICIES);
    }
}
