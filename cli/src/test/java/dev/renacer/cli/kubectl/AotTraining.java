// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.AotCache;
import dev.renacer.cli.kubectl.api.NamedRequests;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.definition.Definitions;
import dev.renacer.kubeconfig.ClusterAccess;
import dev.renacer.quickstart.api.EmbeddedApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains the plugin's AOT cache: runs all verbs as a user would, against the quickstart's stand-in API server by TLS. */
final class AotTraining {
    private static final String TOKEN = "training";

    /** Every verb; a request comes, is followed to its end by the status that {@link #operator} writes, and goes. */
    private static final String COMMANDS = """
            run deploy/checkout --name trained
            list -A
            list -o wide
            list -o yaml
            sinks
            policies
            nodes
            describe trained
            explain deploy/checkout
            doctor
            version
            stop trained
            delete trained
            completion bash
            __complete list --all
            --help
            """;

    private static final String COMPLETED = """
            {"status": {"startTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:01:00Z",
              "totals": {"targets": 1, "processes": 2, "calls": 10, "spans": 9, "lost": 1},
              "conditions": [
              {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "",
               "lastTransitionTime": "2026-01-01T00:00:00Z"},
              {"type": "Succeeded", "status": "True", "reason": "Completed", "message": "10 calls seen",
               "lastTransitionTime": "2026-01-01T00:01:00Z"}]}}""";

    /** What the verbs ask for, of each kind one. */
    private static final String OBJECTS = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, labels: {renacer.dev/tracing: enabled}}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: node-1}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: checkout-1, namespace: shop, labels: {app: checkout}}
            spec: {nodeName: node-1, containers: [{name: app, image: checkout}]}
            status:
              phase: Running
              containerStatuses:
              - {name: app, ready: true, restartCount: 0, image: checkout, imageID: checkout, containerID: "containerd://1"}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: checkout, namespace: shop}
            spec:
              selector: {matchLabels: {app: checkout}}
              template: {metadata: {labels: {app: checkout}}, spec: {containers: [{name: app, image: checkout}]}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: renacer-operator, namespace: renacer-system, labels: {app.kubernetes.io/name: renacer,
              app.kubernetes.io/component: operator, app.kubernetes.io/version: "1"}}
            spec:
              replicas: 2
              selector: {matchLabels: {app: operator}}
              template: {metadata: {labels: {app: operator}}, spec: {containers: [{name: app, image: operator}]}}
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: renacer-agent, namespace: renacer-system, labels: {app.kubernetes.io/name: renacer,
              app.kubernetes.io/component: agent}}
            spec:
              selector: {matchLabels: {app: agent}}
              template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: app, image: agent}]}}
            status: {desiredNumberScheduled: 1, currentNumberScheduled: 1, numberMisscheduled: 0, numberReady: 1}
            ---
            apiVersion: coordination.k8s.io/v1
            kind: Lease
            metadata: {name: renacer-operator, namespace: renacer-system}
            spec: {holderIdentity: operator, leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000000Z"}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: renacer, labels: {app.kubernetes.io/name: renacer}}
            spec:
              failurePolicy: Fail
              matchConstraints:
                resourceRules: [{apiGroups: [renacer.dev], apiVersions: ["*"], operations: ["*"], resources: ["*"]}]
              matchConditions: [{name: any, expression: "true"}]
              variables: [{name: any, expression: "true"}]
              validations: [{expression: "true", message: no}]
            ---
            apiVersion: renacer.dev/v1alpha1
            kind: TraceNode
            metadata: {name: node-1}
            ---
            apiVersion: renacer.dev/v1alpha1
            kind: TraceSink
            metadata: {name: default}
            spec: {endpoint: "http://collector:4317"}
            ---
            apiVersion: renacer.dev/v1alpha1
            kind: TracePolicy
            metadata: {name: default}
            spec: {limits: {maxDurationSeconds: 600}}
            """;

    private AotTraining() {}

    /** Arguments: the folder {@code lib} with the jars, where the cache goes too, and the file with the JVM's options. */
    public static void main(String[] args) throws Exception {
        AotCache cache = new AotCache(Path.of(args[0]), Path.of(args[1]), "kubectl-renacer");
        cache.make(COMMANDS + OBJECTS + COMPLETED, folder -> train(cache, folder));
    }

    private static void train(AotCache cache, Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        TrainingKeys keys = TrainingKeys.make(folder);
        try (EmbeddedApi api = EmbeddedApi.start(keys.tls(), TOKEN)) {
            Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), kubeconfig(api.url(), keys));
            try (KubernetesClient client = new KubernetesClientBuilder()
                            .withConfig(ClusterAccess.fromKubeconfig(kubeconfig))
                            .build();
                    Watch _ = operator(api, client)) {
                cache.train(
                        folder,
                        Map.of("KUBECONFIG", kubeconfig.toString()),
                        List.of(),
                        TrainingRun.class.getName(),
                        COMMANDS,
                        // What the checks of doctor and explain find is their exit code.
                        line -> line.startsWith("doctor") || line.startsWith("explain"));
            }
        }
    }

    /** Fills the cluster, and reports the end of each request as soon as it is there. */
    private static Watch operator(EmbeddedApi api, KubernetesClient client) {
        Definitions.load().forEach(api::register);
        client.load(new ByteArrayInputStream(OBJECTS.getBytes(StandardCharsets.UTF_8)))
                .create();
        return client.resources(TraceRequest.class).inNamespace("shop").watch(new Watcher<>() {
            @Override
            public void eventReceived(Action happened, TraceRequest request) {
                if (happened == Action.ADDED) {
                    NamedRequests.handle(client, "shop", request.getMetadata().getName())
                            .subresource("status")
                            .patch(PatchContext.of(PatchType.JSON_MERGE), COMPLETED);
                }
            }

            @Override
            public void onClose(@Nullable WatcherException cause) {
                // The command waits in vain then, and says so.
            }
        });
    }

    /** With a client certificate too, the way most local clusters are reached. */
    private static String kubeconfig(String url, TrainingKeys keys) throws GeneralSecurityException {
        return """
                apiVersion: v1
                kind: Config
                preferences: {}
                extensions: []
                clusters:
                - name: training
                  cluster: {server: "%s", certificate-authority-data: %s}
                users:
                - name: training
                  user: {token: %s, client-certificate-data: %s, client-key-data: %s}
                contexts:
                - name: training
                  context: {cluster: training, user: training, namespace: shop}
                current-context: training
                """.formatted(url, keys.authority(), TOKEN, keys.client(), keys.clientKey());
    }
}
