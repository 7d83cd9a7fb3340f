// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static dev.renacer.chart.TraceObjects.MERGE;
import static dev.renacer.chart.TraceObjects.nodeTrace;
import static dev.renacer.chart.TraceObjects.request;
import static dev.renacer.chart.TraceObjects.sink;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TraceSink;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A part of the attack table: who tries what, and what the API server is to answer. {@link AttacksIT} tries it. There are a
 * TraceRequest {@code seed} and NodeTraces {@code on-a} and {@code on-b} in shop, and a TraceSink {@code vendor}, a
 * TraceNode of node-b.
 */
abstract class AttackActions {
    private static final String TRACING = "{\"status\":{\"phase\":\"Tracing\"}}";

    final GuardedCluster cluster;

    AttackActions(GuardedCluster cluster) {
        this.cluster = cluster;
    }

    /** The attempts, in the order of the table. */
    abstract Stream<Attempt> all();

    Consumer<KubernetesClient> report(String nodeTrace) {
        return client -> client.resources(NodeTrace.class)
                .inNamespace(cluster.shop)
                .withName(nodeTrace)
                .subresource("status")
                .patch(MERGE, TRACING);
    }

    Consumer<KubernetesClient> retarget(String nodeTrace) {
        return client -> client.resources(NodeTrace.class)
                .inNamespace(cluster.shop)
                .withName(nodeTrace)
                .patch(MERGE, "{\"spec\":{\"targets\":[]}}");
    }

    Consumer<KubernetesClient> order(String name) {
        return create(nodeTrace(name, cluster.shop, cluster.nodeA));
    }

    Consumer<KubernetesClient> ask(String name, String furtherSpec) {
        return create(request(name, cluster.shop, furtherSpec));
    }

    Consumer<KubernetesClient> edit(String patch) {
        return client -> client.resources(TraceRequest.class)
                .inNamespace(cluster.shop)
                .withName("seed")
                .patch(MERGE, patch);
    }

    void requestStatus(KubernetesClient client) {
        client.resources(TraceRequest.class)
                .inNamespace(cluster.shop)
                .withName("seed")
                .subresource("status")
                .patch(MERGE, "{\"status\":{\"nodes\":1}}");
    }

    void redirect(KubernetesClient client) {
        // Applied: the client reads before it sends any other patch, and would be refused for the reading.
        client.resource(sink(cluster.name("vendor"))).forceConflicts().serverSideApply();
    }

    void sinkStatus(KubernetesClient client) {
        client.resources(TraceSink.class)
                .withName(cluster.name("vendor"))
                .subresource("status")
                .patch(MERGE, "{\"status\":{\"observedGeneration\":1}}");
    }

    static Consumer<KubernetesClient> describe(String node) {
        return client -> client.resources(TraceNode.class)
                .withName(node)
                .subresource("status")
                .patch(MERGE, "{\"status\":{\"ptraceAllowed\":true}}");
    }

    Consumer<KubernetesClient> token(String component) {
        return client -> client.serviceAccounts()
                .inNamespace(cluster.home)
                .withName(cluster.name(component))
                .tokenRequest(new TokenRequest());
    }

    <T extends HasMetadata> Consumer<KubernetesClient> delete(Class<T> type, String name) {
        return client ->
                client.resources(type).inNamespace(cluster.shop).withName(name).delete();
    }

    HasMetadata lease(String name) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(cluster.home)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }

    static Consumer<KubernetesClient> create(HasMetadata object) {
        return client -> client.resource(object).create();
    }
}
