// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.operator.leader.LeaderElection;
import dev.renacer.operator.scale.OperatorProcess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Operators as processes of their own, as their image runs them, that serve the namespace of a test. */
record RealOperators(RealApiServer server) {
    /** Where their lease is. Not the traced namespace: an operator never traces its own. */
    private static final String LEASES = "kube-node-lease";

    private static final int AT_ONCE = 16;

    /** One without leader election. */
    OperatorProcess start(Path log) throws IOException {
        return start(server.kubeconfig(), log, Map.of());
    }

    /** One of several, of which one leads. */
    OperatorProcess replica(String name, Path kubeconfig, Path log) throws IOException {
        return start(
                kubeconfig, log, Map.of("POD_NAME", name, "POD_NAMESPACE", LEASES, "RENACER_LEADER_ELECTION", "true"));
    }

    private OperatorProcess start(Path kubeconfig, Path log, Map<String, String> further) throws IOException {
        Map<String, String> environment = new HashMap<>(further);
        environment.put("RENACER_WATCH_NAMESPACE", server.namespace());
        return new OperatorProcess(
                kubeconfig, Path.of("..", "libexec", "operator.jvm-options").toAbsolutePath(), log, environment);
    }

    /** Their lease, if there is one. */
    Optional<Lease> lease() {
        return Optional.ofNullable(server.client()
                .leases()
                .inNamespace(LEASES)
                .withName(LeaderElection.LEASE)
                .get());
    }

    /** Who leads; empty: nobody. */
    String holder() {
        return lease().map(lease -> lease.getSpec().getHolderIdentity()).orElse("");
    }

    void deleteLease() {
        server.client()
                .leases()
                .inNamespace(LEASES)
                .withName(LeaderElection.LEASE)
                .delete();
    }

    /** Makes an object; NS stands for the test's namespace, which is also the name of what lies in none. */
    <T extends HasMetadata> T create(Class<T> type, String yaml) {
        return server.client()
                .resource(Serialization.unmarshal(yaml.replace("NS", server.namespace()), type))
                .create();
    }

    /** Waits until pods can be made: each needs the service account that a new namespace gets in a moment. */
    void awaitServiceAccount() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> server.client()
                                .serviceAccounts()
                                .inNamespace(server.namespace())
                                .withName("default")
                                .get()
                        != null);
    }

    /** Makes a pod with the label app=NAME-OF-APP that runs as far as its status says. */
    void runningPod(String name, String app, String node) {
        Pod pod =
                create(Pod.class, """
            metadata: {name: NAME, namespace: NS, labels: {app: APP}}
            spec:
              nodeName: NODE
              automountServiceAccountToken: false
              containers: [{name: main, image: 'localhost/pause:1'}]
            """.replace("NAME", name).replace("APP", app).replace("NODE", node));
        pod.setStatus(Serialization.unmarshal("""
            phase: Running
            containerStatuses:
            - {name: main, image: i, imageID: '', ready: true, restartCount: 0, containerID: 'containerd://NAME',
               state: {running: {startedAt: '2026-01-01T00:00:00Z'}}}
            """.replace("NAME", name), PodStatus.class));
        server.client().resource(pod).updateStatus();
    }

    /** Does something so many times, several at once. */
    static void many(int times, IntConsumer action) {
        IntStream.range(0, times)
                .boxed()
                .gather(Gatherers.mapConcurrent(AT_ONCE, i -> {
                    action.accept(i);
                    return i;
                }))
                .forEach(i -> {});
    }
}
