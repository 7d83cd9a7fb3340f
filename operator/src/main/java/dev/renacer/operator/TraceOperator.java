// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.operator.agents.AgentPodWatch;
import dev.renacer.operator.agents.NodeAgents;
import dev.renacer.operator.leader.LeaderElection;
import dev.renacer.operator.metrics.OperatorMetrics;
import dev.renacer.operator.metrics.RequestCount;
import dev.renacer.operator.plan.Rules;
import dev.renacer.operator.request.OpenReconciliations;
import dev.renacer.operator.request.ReconcileRateLimiter;
import dev.renacer.operator.request.RequestFeed;
import dev.renacer.operator.request.RequestTrimmer;
import dev.renacer.operator.request.TraceRequestReconciler;
import dev.renacer.operator.sink.TraceSinkReconciler;
import dev.renacer.operator.status.EventRecorder;
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
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The operator as a whole: its controllers, its default objects, its role among replicas, its start and stop. */
final class TraceOperator implements AutoCloseable {
    /**
     * How many requests are read at once when the cache is filled. Each may be as large as etcd allows, 1.5 MB, and the
     * answer is held as text and as objects; an answer with 500 could be larger than the heap.
     */
    private static final long PAGE = 20;

    /**
     * How many objects are reconciled at the same time; together with the writes of NodeTraces these are fewer calls
     * than a connection allows.
     */
    private static final int RECONCILIATIONS_AT_ONCE = 20;

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    /** Time for the work under way at a stop; a reconciliation is a few requests to the API server. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final KubernetesClient leases;
    private final OperatorConfig config;
    private final TraceRequestReconciler reconciler;
    private final Optional<LeaderElection> election;
    private final Optional<AgentPodWatch> agents;
    private final Operator operator;
    private final OpenReconciliations reconciliations = new OpenReconciliations(System::nanoTime);
    /** Nodes whose agents have changed before requests could be looked at. */
    private final Set<String> changedEarly = new HashSet<>(); // guarded by itself

    private volatile boolean started; // set with changedEarly locked

    /**
     * @param client    closed with the operator
     * @param leases    also closed with it, used only for the lease; the election sees its requests
     * @param election  this replica's role among others, if there are others
     * @param fatal     called with one line when this process can no longer serve; must end the process
     */
    TraceOperator(
            KubernetesClient client,
            KubernetesClient leases,
            OperatorConfig config,
            Optional<LeaderElection> election,
            OperatorMetrics metrics,
            Consumer<String> fatal) {
        this.client = client;
        this.leases = leases;
        this.config = config;
        Clock clock = Clock.systemUTC();
        agents = config.settings().agents().map(where -> new AgentPodWatch(client, where, clock, this::agentChanged));
        reconciler = new TraceRequestReconciler(
                client,
                clock,
                new EventRecorder(client, config.identity()),
                agents.<NodeAgents>map(pods -> pods).orElse(NodeAgents.UNKNOWN),
                new Rules(
                        config.settings().requireNamespaceLabel(),
                        config.ownNamespace(),
                        config.settings().colocation()),
                reconciliations);
        this.election = election;
        operator = new Operator(overrides -> {
            overrides
                    .withKubernetesClient(election.isPresent() ? LeaderElection.joined(client, leases) : client)
                    .withMetrics(metrics)
                    // Each subresource has only one writer, so a merge patch is enough; it also works with servers
                    // without apply.
                    .withUseSSAToPatchPrimaryResource(false)
                    .withConcurrentReconciliationThreads(RECONCILIATIONS_AT_ONCE)
                    .withReconciliationTerminationTimeout(STOP_PATIENCE)
                    // The lease is given back in between, see close.
                    .withCloseClientOnStop(false);
            election.ifPresent(replica -> overrides.withLeaderElectionConfiguration(replica.configuration(
                    () -> lead(fatal),
                    () -> fatal.accept("lost the lease " + LeaderElection.LEASE
                            + ": another replica serves, or the API server did not answer; ending, to be restarted"))));
        });
        RegisteredController<TraceRequest> requests = operator.register(reconciler, overrides -> {
            overrides.withRetry(retry());
            overrides.withRateLimiter(new ReconcileRateLimiter(System::nanoTime));
            overrides.withInformerListLimit(PAGE);
            overrides.withItemStore(RequestTrimmer.store());
            config.watchNamespace().ifPresent(overrides::settingNamespace);
        });
        TraceSinkReconciler sinks = new TraceSinkReconciler(client, clock);
        operator.register(sinks, overrides -> overrides.withRetry(retry()));
        controller(requests).getEventSourceManager().registerEventSource(new RequestFeed(sinks, metrics, this::serves));
        metrics.observe(this::serves, () -> RequestCount.of(serves() ? cached(requests) : Stream.of()));
    }

    private static GenericRetry retry() {
        return new GenericRetry()
                .setInitialInterval(Duration.ofMillis(200))
                .setIntervalMultiplier(2)
                .setMaxInterval(LONGEST_RETRY.toMillis())
                .withoutMaxAttempts();
    }

    /** Agents are watched before requests are, so that the first look at a request knows of them. */
    private void agentChanged(String node) {
        synchronized (changedEarly) {
            if (!started) {
                changedEarly.add(node);
                return;
            }
        }
        reconciler.agentChanged(node);
    }

    /**
     * Starts serving, or standing by; returns when the caches are filled.
     *
     * @throws KubernetesClientException if the API server does not answer or refuses
     */
    void start() {
        // Reported in one line here; later it would be a stack trace of an informer.
        for (Class<? extends HasMetadata> type : List.of(TraceRequest.class, NodeTrace.class, TraceSink.class)) {
            probe(type);
        }
        if (election.isEmpty()) {
            config.settings().defaultObjects().ensure(client);
        }
        prepare();
        agents.ifPresent(AgentPodWatch::start);
        operator.start();
        List<String> changed;
        synchronized (changedEarly) {
            started = true;
            changed = List.copyOf(changedEarly);
            changedEarly.clear();
        }
        changed.forEach(reconciler::agentChanged);
    }

    /** Whether the caches are filled: this replica serves, or could at once. */
    boolean ready() {
        return started;
    }

    /**
     * Why this process should be restarted, if it should: a watch on objects has ended for good, or a reconciliation
     * does not end. An API server that is unreachable for a while is no reason: watches retry, and another process
     * would fare no better.
     */
    @SuppressWarnings("rawtypes") // the SDK's own signature
    Optional<String> sickness() {
        if (!started) {
            return Optional.empty();
        }
        return reconciliations
                .overdue()
                .or(() ->
                        operator
                                .getRuntimeInfo()
                                .unhealthyInformerWrappingEventSourceHealthIndicator()
                                .values()
                                .stream()
                                .flatMap(sources -> sources.entrySet().stream())
                                .filter(source -> hasEnded(source.getValue()))
                                .map(source -> "the watch " + source.getKey() + " has ended")
                                .findFirst());
    }

    private static boolean hasEnded(InformerWrappingEventSourceHealthIndicator<?> source) {
        return source.informerHealthIndicators().values().stream()
                .anyMatch(informer -> informer.hasSynced() && !informer.isRunning());
    }

    /** Whether this replica serves. */
    private boolean serves() {
        return started
                && election.map(replica -> replica.role() == LeaderElection.Role.LEADER)
                        .orElse(true);
    }

    private void lead(Consumer<String> fatal) {
        try {
            config.settings().defaultObjects().ensure(client);
        } catch (KubernetesClientException e) {
            // If this were rethrown, it would look to the elector like a lease that it did not get.
            fatal.accept(explain(e));
        }
    }

    private static Stream<TraceRequest> cached(RegisteredController<TraceRequest> requests) {
        return controller(requests)
                .getEventSourceManager()
                .getControllerEventSource()
                .list(_ -> true);
    }

    /** The SDK's own class: the only way to the cache. */
    private static Controller<TraceRequest> controller(RegisteredController<TraceRequest> registered) {
        return (Controller<TraceRequest>) registered;
    }

    /**
     * Reads and writes the JSON of a first reconciliation once: otherwise loading some 400 classes of a Pod's model
     * would delay the first trace by half a second.
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
        election.ifPresent(LeaderElection::stopping);
        reconciler.close();
        agents.ifPresent(AgentPodWatch::close);
        operator.stop();
        // Only now, when nothing is reconciled here any more.
        election.ifPresent(replica -> replica.release(leases));
        leases.close();
        client.close();
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
                    "the API server does not know Renacer's resources: install or upgrade the chart charts/renacer"
                            + " first ("
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
        // The JDK's client gives no message for a refused connection.
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
