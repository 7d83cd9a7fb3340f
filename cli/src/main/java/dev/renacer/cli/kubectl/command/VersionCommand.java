// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.RawApi;
import dev.renacer.cli.kubectl.print.ObjectPrinter;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.crds.Renacer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kubectl renacer version}: of this plugin, and of what is installed as far as it may be read. */
@Command(
        name = "version",
        mixinStandardHelpOptions = true,
        description = "Prints the versions of this plugin and of the cluster's agents.")
public final class VersionCommand extends ClusterCommand {
    @Option(names = "--client", description = "Only of this plugin; asks no cluster.")
    boolean clientOnly;

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.JSON, OutputFormat.YAML);
        Set<String> agents = new TreeSet<>();
        if (!clientOnly) {
            try (KubernetesClient client = cluster().client()) {
                JsonNode nodes = ApiFailures.explained(
                        client,
                        () -> new RawApi(client)
                                .get("apis/" + Renacer.GROUP + "/" + Renacer.VERSION + "/tracenodes", RawApi.JSON));
                nodes.path("items")
                        .forEach(node -> agents.add(
                                node.path("status").path("agentVersion").asText("unknown")));
            }
        }
        print(format, agents);
        return ExitCode.SUCCESS;
    }

    private void print(OutputFormat format, Set<String> agents) {
        PrintWriter out = out();
        if (format == OutputFormat.TEXT) {
            out.println("plugin   " + ProjectVersion.current());
            if (!clientOnly) {
                out.println("agents   " + (agents.isEmpty() ? "none has reported" : String.join(", ", agents)));
            }
            out.flush();
            return;
        }
        ObjectNode versions = new ObjectMapper().createObjectNode().put("plugin", ProjectVersion.current());
        if (!clientOnly) {
            agents.forEach(versions.putArray("agents")::add);
        }
        ObjectPrinter.print(out, format, versions);
    }
}
