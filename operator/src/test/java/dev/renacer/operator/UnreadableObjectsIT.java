// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a real API server lets through and Java's types cannot hold costs nobody else anything. */
@Tag(RealApiServer.TAG)
class UnreadableObjectsIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    /** An int ends at 2,147,483,647; of a figure in a status the definition says only that it is an integer. */
    private static final String TOO_LARGE =
            "[{\"op\": \"add\", \"path\": \"/status\", \"value\": {\"nodes\": 3000000000}}]";

    @Test
    void theOperatorStartsAndGoesOnBesideAFigureThatExceedsAnInt() {
        write("before");

        try (Scene scene = new Scene(SERVER.client(), SERVER.namespace())) {
            awaitRefusal(scene, "first");
            write("after");
            awaitRefusal(scene, "second");
        } finally {
            requests().delete();
        }
    }

    private static void awaitRefusal(Scene scene, String name) {
        scene.request(name, "{podName: app, sinkRef: {name: no-such-sink}}");
        scene.await(name, ConditionType.Accepted, "False", Reason.SinkNotFound);
    }

    /** By hand, as the operator's own status never says so. */
    private static void write(String name) {
        SERVER.client()
                .resource(Serialization.unmarshal("""
                    apiVersion: renacer.dev/v1alpha1
                    kind: TraceRequest
                    metadata: {name: %s, namespace: %s}
                    spec: {podName: app, sinkRef: {name: no-such-sink}}
                    """.formatted(name, SERVER.namespace()), TraceRequest.class))
                .create();
        requests().withName(name).subresource("status").patch(PatchContext.of(PatchType.JSON), TOO_LARGE);
    }

    private static NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> requests() {
        return SERVER.client()
                .genericKubernetesResources(ResourceDefinitionContext.fromResourceType(TraceRequest.class))
                .inNamespace(SERVER.namespace());
    }
}
