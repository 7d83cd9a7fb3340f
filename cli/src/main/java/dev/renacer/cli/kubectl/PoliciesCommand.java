// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubectl renacer policies}: what requests may ask for. */
@Command(
        name = "policies",
        mixinStandardHelpOptions = true,
        description = "Lists the policies that say what requests may ask for.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
final class PoliciesCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Mixin
    OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.WIDE, OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        try (RawApi api = cluster.rawApi()) {
            Listing.POLICIES.print(
                    api,
                    "",
                    format,
                    spec.commandLine().getOut(),
                    spec.commandLine().getErr());
        }
        return ExitCode.SUCCESS;
    }
}
