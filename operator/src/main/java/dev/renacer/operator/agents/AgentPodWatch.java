// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.agents;

import dev.renacer.operator.pods.PodTrimmer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether nodes have an agent, by one watch on the agents' pods. A Node is only read if the pod is not ready:
 * the control plane marks the pods of a node that it has lost contact with, so Nodes need not be watched. Safe for use
 * by many threads.
 */
public final class AgentPodWatch implements NodeAgents, ResourceEventHandler<Pod>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentPodWatch.class);
    /** The result of a look at a node is valid for every request within this time. */
    private static final Duration NODE_KNOWN_FOR = Duration.ofSeconds(10);

    private static final long PAGE = 250;

    private final KubernetesClient client;
    private final AgentSelector where;
    private final Clock clock;
    private final Consumer<String> onChange;
    /** By node, then by the pod's name: whether it is ready. */
    private final Map<String, Map<String, Boolean>> ready = new HashMap<>(); // guarded by this

    private final Map<String, NodeState> nodes = new HashMap<>(); // guarded by this
    private @Nullable SharedIndexInformer<Pod> informer;

    private record NodeState(boolean lost, Instant seen) {}

    /**
     * @param onChange  called with a node's name when something about its agent has changed
     */
    public AgentPodWatch(KubernetesClient client, AgentSelector where, Clock clock, Consumer<String> onChange) {
        this.client = client;
        this.where = where;
        this.clock = clock;
        this.onChange = onChange;
    }

    /**
     * Begins to watch; returns when the pods are known.
     *
     * @throws KubernetesClientException if the API server refuses
     */
    public synchronized void start() {
        informer = client.pods()
                .inNamespace(where.namespace())
                .withLabels(where.selector())
                .withLimit(PAGE)
                .runnableInformer(0)
                .itemStore(PodTrimmer.store())
                .addEventHandler(this)
                .run();
    }

    @Override
    public synchronized void close() {
        if (informer != null) {
            informer.stop();
        }
    }

    @Override
    public Presence on(String nodeName) {
        Presence byPods;
        synchronized (this) {
            byPods = byPods(nodeName);
        }
        return byPods != Presence.READY && isLost(nodeName) ? Presence.NODE_LOST : byPods;
    }

    @Override
    public void onAdd(Pod pod) {
        heard(pod, isReady(pod));
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        heard(after, isReady(after));
    }

    @Override
    public void onDelete(Pod pod, boolean deletedFinalStateUnknown) {
        heard(pod, null);
    }

    private void heard(Pod pod, @Nullable Boolean isReady) {
        String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
        if (node == null) {
            return; // not scheduled yet
        }
        boolean changed;
        synchronized (this) {
            Presence before = byPods(node);
            Map<String, Boolean> pods = ready.computeIfAbsent(node, _ -> new HashMap<>());
            if (isReady == null) {
                pods.remove(pod.getMetadata().getName());
            } else {
                pods.put(pod.getMetadata().getName(), isReady);
            }
            if (pods.isEmpty()) {
                ready.remove(node);
            }
            nodes.remove(node);
            changed = before != byPods(node);
        }
        if (changed) {
            onChange.accept(node);
        }
    }

    private Presence byPods(String node) {
        Collection<Boolean> pods = ready.getOrDefault(node, Map.of()).values();
        if (pods.isEmpty()) {
            return Presence.ABSENT;
        }
        return pods.contains(true) ? Presence.READY : Presence.NOT_READY;
    }

    private boolean isLost(String name) {
        Instant now = clock.instant();
        synchronized (this) {
            NodeState known = nodes.get(name);
            if (known != null && now.isBefore(known.seen().plus(NODE_KNOWN_FOR))) {
                return known.lost();
            }
        }
        boolean lost;
        try {
            Node node = client.nodes().withName(name).get();
            lost = node == null || !isReady(node);
        } catch (KubernetesClientException e) {
            LOG.warn("cannot read the node, judging only by its agent's pod node={}: {}", name, e.getMessage());
            lost = false;
        }
        synchronized (this) {
            nodes.values().removeIf(state -> !now.isBefore(state.seen().plus(NODE_KNOWN_FOR)));
            nodes.put(name, new NodeState(lost, now));
        }
        return lost;
    }

    private static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getConditions() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    /** A node without a status of its own is new, not lost. */
    private static boolean isReady(Node node) {
        return node.getStatus() == null
                || node.getStatus().getConditions() == null
                || node.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals("Ready"))
                        .allMatch(condition -> condition.getStatus().equals("True"));
    }
}
