// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.pods;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Labels of namespaces: read when a request there is reconciled, remembered for seconds, never watched. Safe for use by
 * many threads.
 */
public final class NamespaceLabels {
    private static final Duration KEPT = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final Map<String, Read> read = new ConcurrentHashMap<>();

    /**
     * @param client  reads the namespaces
     */
    public NamespaceLabels(KubernetesClient client) {
        this.client = client;
    }

    private record Read(Map<String, String> labels, Instant at) {}

    /** The labels; none if a server that stands in for the API server has no such object. */
    public Map<String, String> of(String namespace, Instant now) {
        Read known = read.get(namespace);
        if (known != null && now.isBefore(known.at().plus(KEPT))) {
            return known.labels();
        }
        Namespace found = client.namespaces().withName(namespace).get();
        Map<String, String> labels = found == null
                ? Map.of()
                : Map.copyOf(Objects.requireNonNullElse(found.getMetadata().getLabels(), Map.of()));
        read.values().removeIf(old -> !now.isBefore(old.at().plus(KEPT)));
        read.put(namespace, new Read(labels, now));
        return labels;
    }
}
