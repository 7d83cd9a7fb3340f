// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.nodeagent.status.CoalescingWriter.Result;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.lang.reflect.RecordComponent;

/**
 * The agent's writes: the status of its NodeTraces, and its TraceNode with its status. Each is one merge patch without
 * a resource version: the agent is the only writer of these, so no conflict is possible.
 */
public final class ClusterWrites {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;

    /** @param client  for the API server; not closed here */
    public ClusterWrites(KubernetesClient client) {
        this.client = client;
    }

    /** Replaces the status of a NodeTrace. */
    public Result nodeTraceStatus(NodeTraceRef ref, NodeTraceStatus status) {
        return attempt(() -> client.resources(NodeTrace.class)
                .inNamespace(ref.namespace())
                .withName(ref.name())
                .subresource("status")
                .patch(MERGE, statusPatch(status)));
    }

    /** Replaces the status of the node's TraceNode, which is created if there is none. */
    public Result traceNode(String nodeName, TraceNodeStatus status) {
        return attempt(() -> {
            try {
                patchTraceNode(nodeName, status);
            } catch (KubernetesClientException e) {
                if (e.getCode() != 404) {
                    throw e;
                }
                TraceNode node = new TraceNode();
                node.setMetadata(new ObjectMetaBuilder().withName(nodeName).build());
                client.resource(node).create();
                patchTraceNode(nodeName, status);
            }
        });
    }

    private void patchTraceNode(String nodeName, TraceNodeStatus status) {
        client.resources(TraceNode.class)
                .withName(nodeName)
                .subresource("status")
                .patch(MERGE, statusPatch(status));
    }

    private static Result attempt(Runnable write) {
        try {
            write.run();
            return new Result.Done();
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case 404 -> new Result.Gone();
                case 400, 413, 415, 422 -> new Result.Refused(LogText.of(e));
                case 403 ->
                    new Result.Retry(LogText.of(e) + "; give the agent's service account the ClusterRole of the chart");
                default -> new Result.Retry(LogText.of(e));
            };
        }
    }

    /**
     * A merge patch that replaces the whole status: fields that the record leaves out are removed, whereas a merge
     * would keep them.
     */
    static String statusPatch(Record status) {
        ObjectNode fields = JSON.valueToTree(status);
        for (RecordComponent component : status.getClass().getRecordComponents()) {
            if (!fields.has(component.getName())) {
                fields.putNull(component.getName());
            }
        }
        try {
            return JSON.writeValueAsString(JSON.createObjectNode().set("status", fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a status of numbers and strings cannot be written as JSON", e);
        }
    }
}
