// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceNode;
import dev.renacer.kubeconfig.ClusterAccess;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The agent's connection to its API server: one small client for the few kinds that it reads and writes. */
final class AgentClient {
    private static final int API_TIMEOUT_MILLIS = 10_000;
    private static final int FIRST_RECONNECT_MILLIS = 100;

    private AgentClient() {}

    /**
     * Opens the client; makes no request yet.
     *
     * @throws AgentConfig.InvalidException if no API server is configured
     */
    static KubernetesClient open(Map<String, String> environment) throws AgentConfig.InvalidException {
        return new KubernetesClientBuilder()
                .withConfig(access(environment))
                .withKubernetesSerialization(ownKindsOnly())
                .build();
    }

    /**
     * Without a search for all kinds of Kubernetes on the class path: some 600 classes that the agent never reads.
     * Status must be known, because a server uses it to end a watch whose place it has forgotten; otherwise the watch
     * would ask for that place for ever.
     */
    static KubernetesSerialization ownKindsOnly() {
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
        serialization.registerKubernetesResource(NodeTrace.class);
        serialization.registerKubernetesResource(TraceNode.class);
        serialization.registerKubernetesResource(Status.class);
        return serialization;
    }

    private static Config access(Map<String, String> environment) throws AgentConfig.InvalidException {
        String kubeconfig = environment.getOrDefault("KUBECONFIG", "");
        boolean named = !kubeconfig.isBlank();
        if (named && !Files.isReadable(Path.of(kubeconfig))) {
            throw new AgentConfig.InvalidException("KUBECONFIG names " + kubeconfig
                    + ", which cannot be read: name a kubeconfig, or unset it in a pod");
        }
        boolean inPod = environment.containsKey("KUBERNETES_SERVICE_HOST");
        Path home = Path.of(System.getProperty("user.home"), ".kube", "config");
        if (!named && !inPod && !Files.isReadable(home)) {
            throw new AgentConfig.InvalidException(
                    "no API server is known: set KUBECONFIG to a kubeconfig, or run the agent in a pod");
        }
        Config config = ClusterAccess.fromEnvironment();
        config.setRequestTimeout(API_TIMEOUT_MILLIS);
        config.setConnectionTimeout(API_TIMEOUT_MILLIS);
        // Doubled with each failure, up to 32 times as long: after an outage the next assignment must not wait for half
        // a minute.
        config.setWatchReconnectInterval(FIRST_RECONNECT_MILLIS);
        // The writers retry, and keep only the latest value: an older request that is retried within the client would
        // be late.
        config.setRequestRetryBackoffLimit(0);
        return config;
    }
}
