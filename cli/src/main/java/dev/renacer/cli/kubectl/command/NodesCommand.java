// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.check.AgentReadiness;
import dev.renacer.cli.kubectl.print.Age;
import dev.renacer.cli.kubectl.print.ObjectPrinter;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.cli.kubectl.print.TextTable;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code kubectl renacer nodes}: what the agent of each node can do. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the nodes whose agent has reported, and what it can do there.",
            "STATE is stale if the agent's pod is not ready: the rest of the line is then its last known state. It is unknown"
                    + " if you may not read the agents' pods."
        })
public final class NodesCommand extends ClusterCommand {
    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.WIDE, OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
        PrintWriter out = out();
        try (KubernetesClient client = cluster().client()) {
            KubernetesResourceList<TraceNode> nodes = ApiFailures.explained(
                    client, () -> client.resources(TraceNode.class).list());
            switch (format) {
                case JSON, YAML -> ObjectPrinter.print(out, format, nodes);
                case NAME ->
                    nodes.getItems()
                            .forEach(node -> out.println("tracenode." + Renacer.GROUP + "/"
                                    + node.getMetadata().getName()));
                case TEXT, WIDE -> {
                    if (nodes.getItems().isEmpty()) {
                        err().println("no agent has reported; 'kubectl renacer doctor' shows what is missing");
                    } else {
                        AgentReadiness agents = ApiFailures.explained(client, () -> AgentReadiness.read(client));
                        table(nodes.getItems(), agents, format == OutputFormat.WIDE, Instant.now())
                                .forEach(out::println);
                    }
                }
            }
        }
        out.flush();
        return ExitCode.SUCCESS;
    }

    /** Header and one line a node. */
    static List<String> table(List<TraceNode> nodes, AgentReadiness agents, boolean wide, Instant now) {
        List<String> header = new ArrayList<>(List.of("NAME", "STATE", "AGENT", "PTRACE", "ACTIVE"));
        if (wide) {
            header.addAll(List.of("KERNEL", "ARCH", "CGROUP", "YAMA", "COLOCATE", "POD", "MESSAGE"));
        }
        header.add("AGE");
        TextTable table = new TextTable().row(header);
        for (TraceNode node : nodes) {
            List<String> row = new ArrayList<>(List.of(
                    node.getMetadata().getName(),
                    agents.of(node).name().toLowerCase(Locale.ROOT),
                    cell(node, TraceNodeStatus::agentVersion),
                    cell(node, TraceNodeStatus::ptraceAllowed),
                    cell(node, TraceNodeStatus::activeTraces)));
            if (wide) {
                row.addAll(List.of(
                        cell(node, TraceNodeStatus::kernelVersion),
                        cell(node, TraceNodeStatus::architecture),
                        cell(node, TraceNodeStatus::cgroupMode),
                        cell(node, TraceNodeStatus::yamaPtraceScope),
                        cell(node, TraceNodeStatus::colocationAllowed),
                        cell(node, TraceNodeStatus::agentPod),
                        cell(node, TraceNodeStatus::ptraceMessage)));
            }
            String created = node.getMetadata().getCreationTimestamp();
            row.add(created == null ? "" : Age.format(Duration.between(Instant.parse(created), now)));
            table.row(row);
        }
        return table.lines();
    }

    private static String cell(TraceNode node, Function<TraceNodeStatus, @Nullable Object> field) {
        Object value = node.getStatus() == null ? null : field.apply(node.getStatus());
        return value == null ? "" : value.toString();
    }
}
