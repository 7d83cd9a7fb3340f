// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.scale;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Acts as every node's agent, as far as the API server sees: reports tracing at once, figures 2 s and 10 s later and then each
 * minute with jitter, the end when told to stop.
 */
public final class SimulatedAgents implements ResourceEventHandler<NodeTrace>, AutoCloseable {
    private static final long CALLS = 1000;

    private final KubernetesClient client;
    private final Set<String> assigned = ConcurrentHashMap.newKeySet();
    private final Set<String> finished = ConcurrentHashMap.newKeySet();
    private final Map<String, Object> turns = new ConcurrentHashMap<>();
    private final AtomicInteger writes = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final SharedIndexInformer<NodeTrace> informer;

    /** Acts for the NodeTraces of one namespace, from now until closed. */
    public SimulatedAgents(KubernetesClient client, String namespace) {
        this.client = client;
        informer = client.resources(NodeTrace.class).inNamespace(namespace).inform(this);
    }

    /** NodeTraces seen so far. */
    int assigned() {
        return assigned.size();
    }

    /** NodeTraces that are there now. */
    int present() {
        return informer.getStore().list().size();
    }

    /** Statuses written so far. */
    int writes() {
        return writes.get();
    }

    void forget() {
        assigned.clear();
        finished.clear();
        turns.clear();
    }

    @Override
    public void onAdd(NodeTrace trace) {
        String name = trace.getMetadata().getName();
        if (assigned.add(name)) {
            report(trace, NodeTracePhase.Tracing, 0);
            later(trace, 2_000, 1);
            later(trace, 10_000, 2);
            later(trace, 60_000 + ThreadLocalRandom.current().nextLong(10_000), 3);
        }
    }

    @Override
    public void onUpdate(NodeTrace before, NodeTrace after) {
        if (Boolean.TRUE.equals(after.getSpec().stop())
                && finished.add(after.getMetadata().getName())) {
            report(after, NodeTracePhase.Finished, 4);
        }
    }

    @Override
    public void onDelete(NodeTrace trace, boolean deletedFinalStateUnknown) {
        finished.add(trace.getMetadata().getName());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        informer.stop();
    }

    private void later(NodeTrace trace, long millis, int times) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, threads)
                .execute(() -> write(trace, NodeTracePhase.Tracing, times));
    }

    private void report(NodeTrace trace, NodeTracePhase phase, int times) {
        threads.execute(() -> write(trace, phase, times));
    }

    /** An agent's reports follow each other: none says that it traces after the one that it has ended. */
    private void write(NodeTrace trace, NodeTracePhase phase, int times) {
        String name = trace.getMetadata().getName();
        synchronized (turns.computeIfAbsent(name, _ -> new Object())) {
            if (phase == NodeTracePhase.Finished || !finished.contains(name)) {
                send(trace, phase, times);
            }
        }
    }

    private void send(NodeTrace trace, NodeTracePhase phase, int times) {
        TraceTotals totals = new TraceTotals(1, 1, CALLS * times, CALLS * times, 0);
        String now = Instant.now().toString();
        List<TargetStatus> targets = trace.getSpec().targets().stream()
                .map(target -> new TargetStatus(
                        target.podUid(),
                        target.containerName(),
                        target.containerId(),
                        (phase == NodeTracePhase.Finished ? TargetState.Finished : TargetState.Tracing).name(),
                        null,
                        null,
                        now,
                        totals))
                .toList();
        NodeTraceStatus status = new NodeTraceStatus(1L, phase.name(), now, targets, totals, null, List.of());
        try {
            client.resources(NodeTrace.class)
                    .inNamespace(trace.getMetadata().getNamespace())
                    .withName(trace.getMetadata().getName())
                    .subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON),
                            Serialization.asJson(List.of(Map.of("op", "add", "path", "/status", "value", status))));
            writes.incrementAndGet();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                System.err.println("agent: " + e.getMessage());
            }
        }
    }
}
