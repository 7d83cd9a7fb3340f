// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TracePolicy;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class UnreadablePartsTest {
    private final KubernetesSerialization serialization = UnreadableParts.tolerant();

    @Test
    void thePartThatCannotBeReadIsLeftOutAndNoOther() {
        TraceRequest request = serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TraceRequest
            metadata: {name: a, namespace: shop}
            spec: {podName: web-1, durationSeconds: ten}
            status: {nodes: 2, policies: [default]}
            """, TraceRequest.class);

        assertThat(request.getMetadata().getName()).isEqualTo("a");
        assertThat(request.getSpec()).isNull();
        assertThat(request.getStatus().nodes()).isEqualTo(2);
    }

    @Test
    void aPartMayBeNoObjectAtAll() {
        TraceRequest request = serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TraceRequest
            metadata: {name: a, namespace: shop}
            spec: everything
            status: [none]
            """, TraceRequest.class);

        assertThat(request.getSpec()).isNull();
        assertThat(request.getStatus()).isNull();
    }

    @Test
    void aFigureThatExceedsAnIntCostsTheReportAlone() {
        NodeTrace trace = serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: NodeTrace
            metadata: {name: a, namespace: shop}
            spec: {nodeName: node-1, requestName: a, requestUid: u}
            status: {totals: {targets: 3000000000}}
            """, NodeTrace.class);

        assertThat(trace.getSpec().nodeName()).isEqualTo("node-1");
        assertThat(trace.getStatus()).isNull();
    }

    @Test
    void aPolicyIsNotReadInPart() {
        assertThatThrownBy(() -> serialization.unmarshal("""
                apiVersion: renacer.dev/v1alpha1
                kind: TracePolicy
                metadata: {name: a}
                spec: {limits: {maxTargets: few}}
                """, TracePolicy.class))
                .hasStackTraceContaining("few");
    }
}
