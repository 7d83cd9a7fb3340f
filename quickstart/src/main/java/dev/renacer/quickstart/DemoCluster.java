// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.crds.Renacer;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import dev.renacer.crds.definition.Definitions;
import dev.renacer.quickstart.api.EmbeddedApi;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** What a cluster would hold: a node, a namespace, and a deployment whose one pod runs on the node. */
final class DemoCluster {
    static final String NODE = "quickstart-node";
    static final String NAMESPACE = "shop";
    private static final String APP = "checkout";
    private static final String TEMPLATE_HASH = "7d9f6c5b8";
    private static final String REPLICA_SET = APP + "-" + TEMPLATE_HASH;
    private static final String POD = REPLICA_SET + "-x2k4q";
    private static final Map<String, String> LABELS = Map.of("app", APP, "pod-template-hash", TEMPLATE_HASH);

    private DemoCluster() {}

    /**
     * Creates everything but the requests.
     *
     * @param containerId 64 hexadecimal digits
     * @param sinkEndpoint where the sink named default points
     * @return the pod as the API server has it, with its UID
     */
    static Pod create(EmbeddedApi api, KubernetesClient client, String containerId, String sinkEndpoint) {
        Definitions.load().forEach(api::register);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .withNewStatus()
                        .withPhase("Active")
                        .endStatus()
                        .build())
                .create();
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(NODE)
                        .endMetadata()
                        .build())
                .create();
        TraceSink sink = new TraceSink();
        sink.setMetadata(new ObjectMetaBuilder().withName(Renacer.DEFAULT_SINK).build());
        sink.setSpec(new TraceSinkSpec(sinkEndpoint, null, null, "None")); // the demonstration is about spans
        client.resource(sink).create();
        return createPod(client, containerId);
    }

    private static Pod createPod(KubernetesClient client, String containerId) {
        HasMetadata deployment = client.resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(APP)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withNewSelector()
                        .withMatchLabels(LABELS)
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
        HasMetadata replicaSet = client.resource(new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withName(REPLICA_SET)
                        .withNamespace(NAMESPACE)
                        .addToOwnerReferences(controller(deployment))
                        .endMetadata()
                        .build())
                .create();
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(POD)
                        .withNamespace(NAMESPACE)
                        .withLabels(LABELS)
                        .addToOwnerReferences(controller(replicaSet))
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(NODE)
                        .addNewContainer()
                        .withName("app")
                        .withImage("checkout:quickstart")
                        .endContainer()
                        .endSpec()
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP("127.0.0.1")
                        .withStartTime(now)
                        .addNewContainerStatus()
                        .withName("app")
                        .withContainerID("containerd://" + containerId)
                        .withReady(true)
                        .withNewState()
                        .withNewRunning()
                        .withStartedAt(now)
                        .endRunning()
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build())
                .create();
    }

    private static OwnerReference controller(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .build();
    }
}
