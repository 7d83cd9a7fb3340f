// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** Definitions and programs are upgraded one after the other: a field of the newer must not stop the older. */
class UnknownFieldsTest {
    @Test
    void aFieldThisVersionDoesNotKnowIsPassedOver() {
        TraceRequest request = Serialization.unmarshal("""
                apiVersion: renacer.dev/v1alpha1
                kind: TraceRequest
                metadata: {name: newer}
                spec: {podName: web, fromTheFuture: 5, sinkRef: {name: default, alsoNew: x}}
                status: {totals: {targets: 1, newFigure: 2}, newList: []}
                """, TraceRequest.class);
        assertThat(request.getSpec().podName()).isEqualTo("web");
        assertThat(request.getStatus().totals()).isNotNull();
    }

    @Test
    void anAssignmentOfANewerOperatorIsReadByAnOlderAgent() {
        NodeTrace trace = Serialization.unmarshal("""
                apiVersion: renacer.dev/v1alpha1
                kind: NodeTrace
                metadata: {name: newer}
                spec:
                  nodeName: node-1
                  targets: [{podName: web, podUid: u, namespace: shop, containerName: app, containerId: c, newer: true}]
                  profile: {depth: 3}
                """, NodeTrace.class);
        assertThat(trace.getSpec().targets()).hasSize(1);
    }
}
