// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.operator.plan.Assignment;
import dev.renacer.operator.plan.Assignment.Terms;
import dev.renacer.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the NodeTraces of a request to what is planned. The operator is the only writer of their specs. */
final class Assignments {
    private static final Logger LOG = LoggerFactory.getLogger(Assignments.class);

    /**
     * Writes of one request under way at once: a thousand nodes are assigned within seconds, and the API server's fair queues
     * (some 150 seats for service accounts) hardly feel it.
     */
    private static final int WRITES_AT_ONCE = 16;

    private final KubernetesClient client;
    private final InformerEventSource<NodeTrace, TraceRequest> cache;

    Assignments(KubernetesClient client, InformerEventSource<NodeTrace, TraceRequest> cache) {
        this.client = client;
        this.cache = cache;
    }

    /** The assignments of a request, as far as the operator has heard; its own writes included. Ordered by node. */
    List<NodeTrace> of(TraceRequest request) {
        String uid = request.getMetadata().getUid();
        return cache.getSecondaryResources(request).stream()
                .filter(trace -> trace.getSpec().requestUid().equals(uid))
                .filter(trace -> trace.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(trace -> trace.getSpec().nodeName()))
                .toList();
    }

    /** Creates what is missing and corrects what differs; an assignment whose containers are gone stays, with none. */
    List<NodeTrace> apply(TraceRequest request, Plan plan, Terms terms, List<NodeTrace> existing) {
        Map<String, NodeTrace> byNode = existing.stream()
                .collect(Collectors.toMap(trace -> trace.getSpec().nodeName(), UnaryOperator.identity()));
        SortedMap<String, List<Target>> wanted = new TreeMap<>(plan.targets());
        byNode.keySet().forEach(node -> wanted.putIfAbsent(node, List.of()));
        return wanted.entrySet().stream()
                .gather(Gatherers.mapConcurrent(WRITES_AT_ONCE, node -> {
                    NodeTrace trace = byNode.get(node.getKey());
                    return trace == null
                            ? create(request, node.getKey(), node.getValue(), terms)
                            : retarget(trace, node.getValue());
                }))
                .toList();
    }

    /** Tells the agents to detach now. */
    List<NodeTrace> stop(List<NodeTrace> traces) {
        return traces.stream()
                .gather(Gatherers.mapConcurrent(
                        WRITES_AT_ONCE,
                        trace -> Boolean.TRUE.equals(trace.getSpec().stop()) ? trace : patch(trace, "stop", true)))
                .toList();
    }

    /** Deletes every NodeTrace of the request, those the cache has not heard of included. */
    void delete(TraceRequest request) {
        List<NodeTrace> left = traces().inNamespace(request.getMetadata().getNamespace())
                .withLabel(Renacer.REQUEST_UID_LABEL, request.getMetadata().getUid())
                .list()
                .getItems();
        left.stream()
                .gather(Gatherers.mapConcurrent(
                        WRITES_AT_ONCE, trace -> client.resource(trace).delete()))
                .forEach(deleted -> LOG.debug("{}: deleted {}", ResourceID.fromResource(request), deleted));
    }

    private NodeTrace create(TraceRequest request, String node, List<Target> targets, Terms terms) {
        NodeTrace wanted = Assignment.of(request, node, targets, terms);
        try {
            NodeTrace created = client.resource(wanted).create();
            cache.handleRecentResourceCreate(ResourceID.fromResource(created), created);
            LOG.info(
                    "request={}/{} node {} has {} containers to trace",
                    request.getMetadata().getNamespace(),
                    request.getMetadata().getName(),
                    node,
                    targets.size());
            return created;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            // Made by this operator before it was restarted, or not heard of yet.
            return traces().inNamespace(wanted.getMetadata().getNamespace())
                    .withName(wanted.getMetadata().getName())
                    .require();
        }
    }

    private NodeTrace retarget(NodeTrace trace, List<Target> targets) {
        NodeTraceSpec spec = trace.getSpec();
        if (spec.targets().equals(targets)) {
            return trace;
        }
        LOG.info(
                "request={}/{} node {} has {} containers to trace, had {}",
                trace.getMetadata().getNamespace(),
                spec.requestName(),
                spec.nodeName(),
                targets.size(),
                spec.targets().size());
        return patch(trace, "targets", targets);
    }

    /** Sets one field: it cannot undo what the agent writes beside it. */
    private NodeTrace patch(NodeTrace trace, String field, Object value) {
        NodeTrace patched = traces().inNamespace(trace.getMetadata().getNamespace())
                .withName(trace.getMetadata().getName())
                .patch(PatchContext.of(PatchType.JSON), JsonPatch.of(JsonPatch.put("/spec/" + field, value)));
        cache.handleRecentResourceUpdate(ResourceID.fromResource(patched), patched, trace);
        return patched;
    }

    private MixedOperation<NodeTrace, KubernetesResourceList<NodeTrace>, Resource<NodeTrace>> traces() {
        return client.resources(NodeTrace.class);
    }
}
