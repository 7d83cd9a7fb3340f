// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Objects to attack with. */
final class TraceObjects {
    static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private TraceObjects() {}

    static NodeTrace nodeTrace(String name, String namespace, String node) {
        return nodeTrace(name, namespace, node, namespace);
    }

    /** {@code podNamespace}: where the container it names is said to run. */
    static NodeTrace nodeTrace(String name, String namespace, String node, String podNamespace) {
        return of(NodeTrace.class, """
            apiVersion: renacer.dev/v1alpha1
            kind: NodeTrace
            metadata: {name: %s, namespace: %s}
            spec:
              nodeName: %s
              requestName: seed
              requestUid: 0b6e8c1e-1111-4222-8333-944455556666
              targets: [{podName: web, podUid: u, namespace: %s, containerName: app, containerId: c}]
              notAfter: "2026-01-01T00:00:00Z"
              profile: {maxSpansPerSecond: 100}
              sink: {name: default, endpoint: "http://collector:4317", protocol: grpc}
            """.formatted(name, namespace, node, podNamespace));
    }

    static TraceRequest request(String name, String namespace, String furtherSpec) {
        return of(TraceRequest.class, """
            apiVersion: renacer.dev/v1alpha1
            kind: TraceRequest
            metadata: {name: %s, namespace: %s}
            spec: {podName: web%s}
            """.formatted(name, namespace, furtherSpec));
    }

    static TraceSink sink(String name) {
        return of(TraceSink.class, """
            apiVersion: renacer.dev/v1alpha1
            kind: TraceSink
            metadata: {name: %s}
            spec: {endpoint: "http://elsewhere.example:4317"}
            """.formatted(name));
    }

    static TracePolicy policy(String name) {
        return of(TracePolicy.class, """
            apiVersion: renacer.dev/v1alpha1
            kind: TracePolicy
            metadata: {name: %s}
            spec: {requireJustification: false}
            """.formatted(name));
    }

    static TraceNode traceNode(String name) {
        return of(TraceNode.class, """
            apiVersion: renacer.dev/v1alpha1
            kind: TraceNode
            metadata: {name: %s}
            """.formatted(name));
    }

    private static <T extends HasMetadata> T of(Class<T> type, String yaml) {
        return RenderedChart.YAML.unmarshal(yaml, type);
    }
}
