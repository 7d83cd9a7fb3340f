// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.check.CheckResult;
import dev.renacer.cli.kubectl.check.ClusterChecks;
import dev.renacer.cli.kubectl.check.InstallationChecks;
import dev.renacer.cli.kubectl.print.OutputFormat;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code kubectl renacer doctor}: whether the installation is sound, for a cluster admin. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks the installation: definitions, operator, agents, nodes, versions, sinks, certificates and policies.",
            "What you may not read is unknown, not an error. Exit code: 1 if something is wrong,"
                    + " and if nothing at all could be read."
        })
public final class DoctorCommand extends ClusterCommand {
    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.JSON, OutputFormat.YAML);
        try (KubernetesClient client = cluster().client()) {
            List<CheckResult> results = ApiFailures.explained(client, () -> {
                List<CheckResult> all = new ArrayList<>(new InstallationChecks(client).run());
                all.addAll(new ClusterChecks(client).run());
                return all;
            });
            CheckResult.print(out(), format, results);
            return CheckResult.anyNo(results) || CheckResult.allUnknown(results) ? ExitCode.FAILURE : ExitCode.SUCCESS;
        }
    }
}
