// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.scale;

import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;

/** Plain Node and Pod objects: one pod on each node, nothing that runs. */
final class SimulatedCluster implements AutoCloseable {
    static final String NAMESPACE = "renacer-scale";
    static final String APP = "scale";
    /** Pods of one group are wanted together. */
    static final int GROUP = 10;

    private static final String LABEL = "renacer-scale";
    private static final int AT_ONCE = 32;

    private final KubernetesClient client;

    SimulatedCluster(KubernetesClient client, int size) {
        this.client = client;
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        // A pod is refused until its namespace has this one, which a controller makes.
        client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName("default")
                .waitUntilCondition(Objects::nonNull, 60, TimeUnit.SECONDS);
        TraceSink sink = new TraceSink();
        sink.setMetadata(new ObjectMetaBuilder().withName(NAMESPACE).build());
        sink.setSpec(new TraceSinkSpec("http://127.0.0.1:9", null, null));
        client.resource(sink).create();
        IntStream.range(0, size)
                .boxed()
                .gather(Gatherers.mapConcurrent(AT_ONCE, this::nodeWithPod))
                .forEach(_ -> {});
    }

    private String nodeWithPod(int number) {
        String node = "scale-" + number;
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(node)
                        .addToLabels(LABEL, "true")
                        .endMetadata()
                        .build())
                .create();
        Pod pod = client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("pod-" + number)
                        .withNamespace(NAMESPACE)
                        .addToLabels("app", APP)
                        .addToLabels("group", "group-" + number / GROUP)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .withAutomountServiceAccountToken(false)
                        .withTerminationGracePeriodSeconds(0L)
                        .addNewContainer()
                        .withName("main")
                        .withImage("localhost/pause:1")
                        .addNewEnv()
                        .withName("CONFIGURATION")
                        .withValue("as long as what real pods carry ".repeat(40))
                        .endEnv()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        pod.setStatus(new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP("10.1.2.3")
                .addNewContainerStatus()
                .withName("main")
                .withImage("localhost/pause:1")
                .withImageID("")
                .withReady(true)
                .withRestartCount(0)
                .withContainerID("containerd://%064x".formatted(number))
                .withNewState()
                .withNewRunning()
                .withStartedAt(Instant.now().toString())
                .endRunning()
                .endState()
                .endContainerStatus()
                .build());
        client.resource(pod).updateStatus();
        return node;
    }

    @Override
    public void close() {
        client.pods().inNamespace(NAMESPACE).withGracePeriod(0).delete();
        client.nodes().withLabel(LABEL).delete();
        client.resources(TraceSink.class).withName(NAMESPACE).delete();
        client.namespaces().withName(NAMESPACE).delete();
    }
}
