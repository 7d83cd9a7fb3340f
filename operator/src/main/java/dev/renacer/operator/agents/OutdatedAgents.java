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

    private final Supplier<Set<String>> choosing;
    private final Clock clock;
    private Set<String> known = Set.of(); // guarded by this
    private Instant until = Instant.MIN; // guarded by this

    /**
     * @param client  reads the TraceNodes
     * @param clock   decides when to read them again
     */
    public OutdatedAgents(KubernetesClient client, Clock clock) {
        this(() -> choosing(client), clock);
    }

    /** @param choosing  reads which nodes' agents choose calls by paths and peers */
    OutdatedAgents(Supplier<Set<String>> choosing, Clock clock) {
        this.choosing = choosing;
        this.clock = clock;
    }

    /**
     * Those of these nodes whose agents do not choose calls by paths and peers, as far as they have said.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if that cannot be read
     */
    public Set<String> without(Set<String> nodes) {
        Set<String> able = able();
        return nodes.stream().filter(node -> !able.contains(node)).collect(Collectors.toSet());
    }

    private synchronized Set<String> able() {
        Instant now = clock.instant();
        if (!now.isBefore(until)) {
            known = choosing.get();
            until = now.plus(KNOWN_FOR);
        }
        return known;
    }

    private static Set<String> choosing(KubernetesClient client) {
        // From the API server's cache: a large cluster has thousands.
        return client
                .resources(TraceNode.class)
                .list(new ListOptionsBuilder().withResourceVersion("0").build())
                .getItems()
                .stream()
                .filter(node -> node.getStatus() != null && node.getStatus().has(TraceNodeStatus.PATHS_AND_PEERS))
                .map(node -> node.getMetadata().getName())
                .collect(Collectors.toSet());
    }
}
