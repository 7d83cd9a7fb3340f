// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceSink;
import dev.renacer.operator.plan.Rules;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The operator as a whole: its controller, its default sink, its start and stop. */
final class TraceOperator implements AutoCloseable {
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final OperatorConfig config;
    private final TraceRequestReconciler reconciler;
    private final Operator operator;

    /**
     * @param client  closed with the operator
     */
    TraceOperator(KubernetesClient client, OperatorConfig config) {
        this.client = client;
        this.config = config;
        reconciler = new TraceRequestReconciler(
                client,
                Clock.systemUTC(),
                new EventRecorder(client, config.identity()),
                NodeAgents.UNKNOWN,
                Rules.OPEN);
        operator = new Operator(overrides -> overrides
                .withKubernetesClient(client)
                // One writer for each subresource: a merge patch is enough, and servers without apply can be served.
                .withUseSSAToPatchPrimaryResource(false)
                .withCloseClientOnStop(true));
        operator.register(reconciler, overrides -> {
            overrides.withRetry(new GenericRetry()
                    .setInitialInterval(Duration.ofMillis(200))
                    .setIntervalMultiplier(2)
                    .setMaxInterval(LONGEST_RETRY.toMillis())
                    .withoutMaxAttempts());
            config.watchNamespace().ifPresent(overrides::settingNamespace);
        });
    }

    /**
     * Starts serving; returns when the caches are filled.
     *
     * @throws KubernetesClientException if the API server does not answer or refuses
     */
    void start() {
        // Told in one line here; later it would be a stack trace of an informer.
        for (Class<? extends HasMetadata> type : List.of(TraceRequest.class, NodeTrace.class, TraceSink.class)) {
            probe(type);
        }
        config.defaultSinkEndpoint().ifPresent(endpoint -> DefaultSink.ensure(client, endpoint));
        prepare();
        operator.start();
    }

    /**
     * Has the JSON of a first reconciliation read and written once: loading the some 400 classes of a Pod's model would else delay
     * the first trace by half a second.
     */
    private void prepare() {
        KubernetesSerialization json = client.getKubernetesSerialization();
        for (HasMetadata type : List.of(
                new Pod(), new ReplicaSet(), new Event(), new TraceRequest(), new NodeTrace(), new TraceSink())) {
            json.unmarshal(json.asJson(type), type.getClass());
        }
    }

    @Override
    public void close() {
        reconciler.close();
        operator.stop();
    }

    /** What went wrong at the start and what to do, in one line. */
    static String explain(Exception failure) {
        Throwable cause = rootCause(failure);
        if (cause instanceof IOException) {
            return "the API server does not answer: check KUBECONFIG (" + firstLine(cause) + ")";
        }
        if (failure instanceof KubernetesClientException refused) {
            return switch (refused.getCode()) {
                case HttpURLConnection.HTTP_NOT_FOUND ->
                    "the API server does not know Renacer's resources: install or upgrade the chart charts/renacer first ("
                            + firstLine(refused) + ")";
                case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_UNAUTHORIZED ->
                    "the API server refuses: give the operator the role of charts/renacer (" + firstLine(refused) + ")";
                default -> firstLine(refused);
            };
        }
        return firstLine(cause);
    }

    /** Lists one object, as an informer would. */
    private void probe(Class<? extends HasMetadata> type) {
        ListOptions one = new ListOptionsBuilder().withLimit(1L).build();
        if (Namespaced.class.isAssignableFrom(type) && config.watchNamespace().isPresent()) {
            client.resources(type).inNamespace(config.watchNamespace().get()).list(one);
        } else if (Namespaced.class.isAssignableFrom(type)) {
            client.resources(type).inAnyNamespace().list(one);
        } else {
            client.resources(type).list(one);
        }
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String firstLine(Throwable failure) {
        // Of a refused connection the JDK's client gives no message.
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
