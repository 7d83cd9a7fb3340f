// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.nodetrace;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.operator.kube.ApiRefusals;
import dev.renacer.operator.kube.JsonPatch;
import dev.renacer.operator.nodetrace.NodeTraceFactory.Terms;
import dev.renacer.operator.plan.TargetPlan;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the NodeTraces of a request match the plan; the only writer of their specs. Safe for use by many threads. */
public final class NodeTraces {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTraces.class);

    /**
     * The number of concurrent writes, of all requests together. A thousand nodes are assigned within seconds, and the
     * API server's fair queues (some 150 seats for service accounts) hardly feel it; beyond a hundred concurrent calls
     * it would refuse more on the only HTTP/2 connection.
     */
    private static final int WRITES_AT_ONCE = 32;

    private static final Comparator<NodeTrace> BY_NODE =
            Comparator.comparing(trace -> trace.getSpec().nodeName());

    private final KubernetesClient client;
    private final InformerEventSource<NodeTrace, TraceRequest> cache;
    private final Semaphore writes = new Semaphore(WRITES_AT_ONCE, true);

    /**
     * @param cache  the existing NodeTraces; is told of each write at once
     */
    public NodeTraces(KubernetesClient client, InformerEventSource<NodeTrace, TraceRequest> cache) {
        this.client = client;
        this.cache = cache;
    }

    /** The NodeTraces of a request that the operator knows of, including its own writes. Ordered by node. */
    public List<NodeTrace> of(TraceRequest request) {
        String uid = request.getMetadata().getUid();
        return cache.getSecondaryResources(request).stream()
                .filter(trace -> trace.getSpec().requestUid().equals(uid))
                .filter(trace -> trace.getMetadata().getDeletionTimestamp() == null)
                .sorted(BY_NODE)
                .toList();
    }

    /**
     * Creates missing NodeTraces and corrects those that differ; one whose containers are gone stays, without
     * containers.
     *
     * @param isLost  whether a node is gone: its assignment stays as it is
     */
    public List<NodeTrace> apply(
            TraceRequest request, TargetPlan plan, Terms terms, List<NodeTrace> existing, Predicate<String> isLost) {
        Map<String, NodeTrace> byNode = onePerNode(request, existing);
        SortedMap<String, NodeTargets> wanted = new TreeMap<>();
        plan.nodes().forEach(node -> wanted.put(node, NodeTargets.of(plan, node)));
        byNode.forEach((node, trace) -> {
            if (isLost.test(node)) {
                wanted.put(node, NodeTargets.of(trace.getSpec()));
            } else {
                wanted.putIfAbsent(node, NodeTargets.NONE);
            }
        });
        Map<String, NodeTrace> asWanted = byNode.entrySet().stream()
                .filter(known -> NodeTargets.of(known.getValue().getSpec()).equals(wanted.get(known.getKey())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Stream<NodeTrace> written = wanted.entrySet().stream()
                .filter(node -> !asWanted.containsKey(node.getKey()))
                .gather(Gatherers.mapConcurrent(WRITES_AT_ONCE, node -> {
                    NodeTrace trace = byNode.get(node.getKey());
                    return trace == null
                            ? create(request, node.getKey(), node.getValue(), terms)
                            : retarget(trace, node.getValue());
                }));
        return Stream.concat(asWanted.values().stream(), written)
                .sorted(BY_NODE)
                .toList();
    }

    /**
     * A second NodeTrace of a request on one node does not come from this operator: somebody restored a backup or
     * copied one. It is deleted, as the two would trace the same containers and obstruct each other.
     */
    private Map<String, NodeTrace> onePerNode(TraceRequest request, List<NodeTrace> existing) {
        Map<String, List<NodeTrace>> byNode = existing.stream()
                .collect(Collectors.groupingBy(trace -> trace.getSpec().nodeName()));
        Map<String, NodeTrace> own = new HashMap<>();
        byNode.forEach((node, traces) -> {
            String name = NodeTraceFactory.name(request, node);
            int kept = IntStream.range(0, traces.size())
                    .filter(i -> traces.get(i).getMetadata().getName().equals(name))
                    .findFirst()
                    .orElse(0);
            own.put(node, traces.get(kept));
            IntStream.range(0, traces.size()).filter(i -> i != kept).forEach(i -> deleteSurplus(traces.get(i)));
        });
        return own;
    }

    private void deleteSurplus(NodeTrace trace) {
        LOG.warn(
                "request={}/{} node={} NodeTrace {} is a second one for this request there; it is deleted",
                trace.getMetadata().getNamespace(),
                trace.getSpec().requestName(),
                trace.getSpec().nodeName(),
                trace.getMetadata().getName());
        client.resource(trace).delete();
    }

    /** Tells the agents to detach now. */
    public List<NodeTrace> stop(List<NodeTrace> traces) {
        Map<Boolean, List<NodeTrace>> told = traces.stream()
                .collect(Collectors.partitioningBy(
                        trace -> Boolean.TRUE.equals(trace.getSpec().stop())));
        Stream<NodeTrace> now = told.getOrDefault(false, List.of()).stream()
                .gather(Gatherers.mapConcurrent(
                        WRITES_AT_ONCE, trace -> patch(trace, JsonPatch.put("/spec/stop", true))));
        return Stream.concat(told.getOrDefault(true, List.of()).stream(), now)
                .sorted(BY_NODE)
                .toList();
    }

    /** Deletes every NodeTrace of the request in one call, including those that the cache does not know of. */
    public void delete(TraceRequest request) {
        traces().inNamespace(request.getMetadata().getNamespace())
                .withLabel(Renacer.REQUEST_UID_LABEL, request.getMetadata().getUid())
                .delete();
        LOG.debug("{}: assignments deleted", ResourceID.fromResource(request));
    }

    private NodeTrace create(TraceRequest request, String node, NodeTargets targets, Terms terms) {
        NodeTrace wanted = NodeTraceFactory.of(request, node, targets, terms);
        try {
            NodeTrace created = write(() -> client.resource(wanted).create());
            cache.handleRecentResourceCreate(ResourceID.fromResource(created), created);
            LOG.info(
                    "request={}/{} node={} assigned containers={} awaited={}",
                    request.getMetadata().getNamespace(),
                    request.getMetadata().getName(),
                    node,
                    targets.targets().size(),
                    targets.awaited().size());
            return created;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            // Created by this operator before it was restarted, or not yet in the cache.
            return traces().inNamespace(wanted.getMetadata().getNamespace())
                    .withName(wanted.getMetadata().getName())
                    .require();
        }
    }

    private NodeTrace retarget(NodeTrace trace, NodeTargets targets) {
        NodeTraceSpec spec = trace.getSpec();
        LOG.info(
                "request={}/{} node={} assigned containers={} before={} awaited={}",
                trace.getMetadata().getNamespace(),
                spec.requestName(),
                spec.nodeName(),
                targets.targets().size(),
                spec.targets().size(),
                targets.awaited().size());
        return patch(
                trace,
                JsonPatch.put("/spec/targets", targets.targets()),
                JsonPatch.put("/spec/awaited", targets.awaited()));
    }

    /** Sets single fields: it cannot undo what the agent writes to others. */
    private NodeTrace patch(NodeTrace trace, JsonPatch.Step... steps) {
        try {
            NodeTrace patched = write(() -> JsonPatch.send(client, new NodeTrace(), trace.getMetadata(), steps));
            cache.handleRecentResourceUpdate(ResourceID.fromResource(patched), patched, trace);
            return patched;
        } catch (KubernetesClientException e) {
            if (!ApiRefusals.isGone(e)) {
                throw e;
            }
            // Usually with its namespace; the cache learns of it next.
            return trace;
        }
    }

    private NodeTrace write(Supplier<NodeTrace> call) {
        writes.acquireUninterruptibly();
        try {
            return call.get();
        } finally {
            writes.release();
        }
    }

    private MixedOperation<NodeTrace, KubernetesResourceList<NodeTrace>, Resource<NodeTrace>> traces() {
        return client.resources(NodeTrace.class);
    }
}
