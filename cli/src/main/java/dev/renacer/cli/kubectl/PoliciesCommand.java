// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import picocli.CommandLine.Command;

/** {@code kubectl renacer policies}: what requests may ask for. */
@Command(
        name = "policies",
        mixinStandardHelpOptions = true,
        description = "Lists the policies that say what requests may ask for.")
final class PoliciesCommand extends ListingCommand {
    PoliciesCommand() {
        super(Listing.POLICIES);
    }
}
