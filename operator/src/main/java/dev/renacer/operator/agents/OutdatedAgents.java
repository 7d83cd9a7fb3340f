// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.agents;

import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Which nodes' agents cannot do what a request asks for, because they are of an earlier version: they would not see the
 * field, and do something else. Judged by their TraceNodes, which are read again after some seconds. Safe for use by many threads.
 */
public final class OutdatedAgents {
    /** The time within which an agent that has been updated is heard of. */
    public static final Duration KNOWN_FOR = Duration.ofSeconds(10);

    private final Supplier<Map<String, TraceNodeStatus>> nodes;
    private final Clock clock;
    private Map<String, TraceNodeStatus> known = Map.of(); // guarded by this
    private Instant until = Instant.MIN; // guarded by this

    /**
     * @param client  reads the TraceNodes
     * @param clock   decides when to read them again
     */
    public OutdatedAgents(KubernetesClient client, Clock clock) {
        this(() -> reported(client), clock);
    }

    /** @param nodes  reads what the nodes' agents report, by node */
    OutdatedAgents(Supplier<Map<String, TraceNodeStatus>> nodes, Clock clock) {
        this.nodes = nodes;
        this.clock = clock;
    }

    /**
     * Those of these nodes whose agents cannot do this, as far as they have said.
     *
     * @param feature  a name of {@link TraceNodeStatus.Features}
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if that cannot be read
     */
    public Set<String> without(Set<String> nodes, String feature) {
        Map<String, TraceNodeStatus> reports = reports();
        return nodes.stream()
                .filter(node -> !Optional.ofNullable(reports.get(node))
                        .filter(status -> status.has(feature))
                        .isPresent())
                .collect(Collectors.toSet());
    }

    private synchronized Map<String, TraceNodeStatus> reports() {
        Instant now = clock.instant();
        if (!now.isBefore(until)) {
            known = nodes.get();
            until = now.plus(KNOWN_FOR);
        }
        return known;
    }

    private static Map<String, TraceNodeStatus> reported(KubernetesClient client) {
        // From the API server's cache: a large cluster has thousands.
        return client
                .resources(TraceNode.class)
                .list(new ListOptionsBuilder().withResourceVersion("0").build())
                .getItems()
                .stream()
                .filter(node -> node.getStatus() != null)
                .collect(Collectors.toMap(node -> node.getMetadata().getName(), TraceNode::getStatus));
    }
}
