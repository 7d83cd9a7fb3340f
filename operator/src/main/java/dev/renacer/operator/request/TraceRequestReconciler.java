// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.operator.agents.AbsentAgents;
import dev.renacer.operator.agents.NodeAgents;
import dev.renacer.operator.agents.OutdatedAgents;
import dev.renacer.operator.kube.ApiRefusals;
import dev.renacer.operator.nodetrace.NodeTraceFactory.Terms;
import dev.renacer.operator.nodetrace.NodeTraces;
import dev.renacer.operator.plan.Acceptance;
import dev.renacer.operator.plan.Rules;
import dev.renacer.operator.plan.SlowdownBound;
import dev.renacer.operator.plan.TargetPlan;
import dev.renacer.operator.pods.PodWatches;
import dev.renacer.operator.pods.SandboxedRuntimes;
import dev.renacer.operator.queue.RequestQueue;
import dev.renacer.operator.request.Admission.Verdict;
import dev.renacer.operator.status.AgentReports;
import dev.renacer.operator.status.AgentSilence;
import dev.renacer.operator.status.AuditLog;
import dev.renacer.operator.status.Conditions;
import dev.renacer.operator.status.EventRecorder;
import dev.renacer.operator.status.Explanation;
import dev.renacer.operator.status.PodEvents;
import dev.renacer.operator.status.Situation;
import dev.renacer.operator.status.StatusReport;
import dev.renacer.operator.status.StatusWriter;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out a TraceRequest: one NodeTrace for each node that has a container to trace, the agents' reports gathered
 * in the request's status, the end by deadline, {@code stop} or deletion. Each call looks at everything anew and may be
 * made at any time. The finalizer is present only while an agent may hold a target: from the first NodeTrace to the
 * end.
 */
@ControllerConfiguration(name = "tracerequest", finalizerName = Renacer.FINALIZER, triggerReconcilerOnAllEvents = true)
public final class TraceRequestReconciler implements Reconciler<TraceRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(TraceRequestReconciler.class);

    private final KubernetesClient client;
    private final Clock clock;
    private final EventRecorder events;
    private final PodEvents podEvents;
    private final StatusWriter statuses;
    private final AuditLog audit = new AuditLog();
    private final AbsentAgents absent;
    private final OutdatedAgents outdated;
    private final SandboxedRuntimes sandboxes;
    private final Rules rules;
    private final SimpleInboundEventSource<TraceRequest> wakeUps = new SimpleInboundEventSource<>("wake-ups");
    private final PodWatches pods;
    private final Map<String, RequestMemory> memories = new ConcurrentHashMap<>();
    private final OpenReconciliations open;

    private @Nullable Sources sources;

    /** The objects that exist once the event sources do. */
    private record Sources(
            InformerEventSource<NodeTrace, TraceRequest> traces,
            NodeTraces nodeTraces,
            RequestQueue queue,
            Admission admission,
            TargetPlanner planner,
            RequestFinalizer end) {}

    /**
     * @param agents  what is known about the nodes' agents
     * @param rules   the installation's rules for namespaces
     * @param open    takes each reconciliation
     */
    public TraceRequestReconciler(
            KubernetesClient client,
            Clock clock,
            EventRecorder events,
            NodeAgents agents,
            Rules rules,
            OpenReconciliations open) {
        this.open = open;
        this.client = client;
        this.clock = clock;
        this.events = events;
        this.podEvents = new PodEvents(events);
        this.statuses = new StatusWriter(client, events);
        this.absent = new AbsentAgents(client, agents);
        this.outdated = new OutdatedAgents(client, clock);
        this.sandboxes = new SandboxedRuntimes(client, clock);
        this.rules = rules;
        this.pods = new PodWatches(client, wakeUps::propagateEvent);
    }

    @Override
    public List<EventSource<?, TraceRequest>> prepareEventSources(EventSourceContext<TraceRequest> context) {
        InformerEventSource<NodeTrace, TraceRequest> traces = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(NodeTrace.class, TraceRequest.class)
                        .withNamespacesInheritedFromController()
                        .build(),
                context);
        InformerEventSource<TraceSink, TraceRequest> sinks = clusterWide(TraceSink.class, context);
        InformerEventSource<TracePolicy, TraceRequest> policies = clusterWide(TracePolicy.class, context);
        IndexedResourceCache<TraceRequest> requests = context.getPrimaryCache();
        RequestQueue queue = new RequestQueue(
                () -> requests.list(_ -> true),
                () -> traces.list(_ -> true),
                uid -> Optional.ofNullable(memories.get(uid)),
                wakeUps::propagateEvent);
        NodeTraces nodeTraces = new NodeTraces(client, traces);
        Admission admission = new Admission(
                client,
                rules,
                () -> sinks.list(_ -> true).toList(),
                () -> policies.list(_ -> true).toList(),
                queue);
        sources = new Sources(
                traces,
                nodeTraces,
                queue,
                admission,
                new TargetPlanner(pods, absent, outdated, sandboxes, queue),
                new RequestFinalizer(client, nodeTraces, queue, admission, absent, events, podEvents, audit));
        return List.of(traces, sinks, policies, wakeUps);
    }

    /**
     * A refused or queued request may be waiting for the change, or the change may say when a finished request is
     * deleted.
     */
    private static <T extends HasMetadata> InformerEventSource<T, TraceRequest> clusterWide(
            Class<T> type, EventSourceContext<TraceRequest> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(type, TraceRequest.class)
                        .withSecondaryToPrimaryMapper(_ -> context.getPrimaryCache()
                                .list(request -> !Conditions.isTrue(request.getStatus(), ConditionType.Accepted)
                                        || RequestFinalizer.isOver(request.getStatus()))
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .withPrimaryToSecondaryMapper((TraceRequest _) -> Set.of())
                        .withWatchAllNamespaces()
                        .build(),
                context);
    }

    /** Something about this node's agent has changed: the requests with a container there are looked at. */
    public void agentChanged(String nodeName) {
        Sources known = sources;
        if (known != null) {
            known.traces()
                    .list(trace -> trace.getSpec().nodeName().equals(nodeName))
                    .map(trace -> new ResourceID(
                            trace.getSpec().requestName(), trace.getMetadata().getNamespace()))
                    .distinct()
                    .forEach(wakeUps::propagateEvent);
        }
    }

    /** Ends every watch on pods; the operator is stopping. */
    public void close() {
        pods.close();
    }

    @Override
    public UpdateControl<TraceRequest> reconcile(TraceRequest request, Context<TraceRequest> context) {
        return open.during("TraceRequest " + RequestFinalizer.id(request), () -> look(request, context));
    }

    private UpdateControl<TraceRequest> look(TraceRequest request, Context<TraceRequest> context) {
        if (context.isPrimaryResourceDeleted()) {
            forget(request);
            return UpdateControl.noUpdate();
        }
        Instant now = clock.instant();
        RequestMemory memory = memories.computeIfAbsent(request.getMetadata().getUid(), _ -> new RequestMemory());
        TraceRequestStatus status = memory.latest(request.getStatus());
        Reconciliation look = new Reconciliation(
                request, memory, status, sources().nodeTraces().of(request), context, now);
        if (request.getMetadata().getDeletionTimestamp() != null) {
            release(request);
            return sources().end().deleted(look);
        }
        if (status != null && RequestFinalizer.isOver(status)) {
            release(request);
            return sources().end().finished(look, status);
        }
        if (!look.isBegun() && Boolean.TRUE.equals(look.spec().stop())) {
            return notRun(
                    look,
                    StatusReport.stoppedBeforeStart(look.generation(), now, status),
                    Optional.of(Duration.ofMillis(1)));
        }
        return switch (sources().admission().judge(look)) {
            case Verdict.Refused refused -> refuse(look, refused);
            case Verdict.Queued queued ->
                notRun(look, StatusReport.queued(queued.message(), look.generation(), now, status), Optional.empty());
            case Verdict.Admitted admitted -> carryOut(look, admitted);
        };
    }

    private UpdateControl<TraceRequest> refuse(Reconciliation look, Verdict.Refused refused) {
        boolean first = look.status() == null || look.memory().admitted();
        look.memory().admitted(false);
        UpdateControl<TraceRequest> next = notRun(
                look,
                StatusReport.refused(refused.refusal(), look.generation(), look.now(), look.status()),
                refused.again());
        if (first) {
            sources().queue().released(look.request());
        }
        return next;
    }

    /** Writes the status of a request that does not run, for now or for good. */
    private UpdateControl<TraceRequest> notRun(Reconciliation look, TraceRequestStatus next, Optional<Duration> again) {
        release(look.request());
        StatusWriter.Outcome outcome = write(look, next, Optional.empty());
        return Requeue.at(look.now(), Stream.concat(again.map(look.now()::plus).stream(), outcome.again().stream()));
    }

    private static Optional<SlowdownBound> bound(
            Reconciliation look, Verdict.Admitted admitted, List<NodeTrace> traces) {
        Optional<SlowdownBound> now = admitted.policy().slowdownBound(look.spec());
        return traces.isEmpty()
                ? now
                : SlowdownBound.inForce(traces.getFirst().getSpec().profile(), now);
    }

    private StatusWriter.Outcome write(Reconciliation look, TraceRequestStatus next, Optional<Instant> tracingSince) {
        return statuses.write(look.request(), look.memory().status(), next, tracingSince, look.now());
    }

    private UpdateControl<TraceRequest> carryOut(Reconciliation look, Verdict.Admitted admitted) {
        Instant now = look.now();
        Duration window = Duration.ofSeconds(
                Objects.requireNonNullElse(look.spec().durationSeconds(), TraceRequestSpec.DEFAULT_DURATION_SECONDS));
        Instant deadline = EndingRule.deadline(look.status(), look.traces())
                .orElseGet(() -> now.truncatedTo(ChronoUnit.MILLIS).plus(window));
        TargetPlan plan = sources().planner().of(look, admitted);
        Optional<Acceptance.Refused> forbidden = TargetPlanner.forbidden(plan, look.traces());
        if (forbidden.isPresent()) {
            return refuse(look, new Verdict.Refused(forbidden.get(), Optional.empty()));
        }
        Optional<Explanation> seen = EndingRule.of(look.spec(), look.traces(), deadline, now)
                .or(() -> EndingRule.nothingToLookAt(look.spec(), plan, look.traces()));
        Optional<RequestMemory.Ending> ending = look.memory().ending(seen, now);
        List<NodeTrace> traces;
        if (ending.isPresent()) {
            traces = sources().end().begin(look.traces(), ending.get());
        } else {
            try {
                Terms terms = new Terms(
                        deadline,
                        admitted.sink(),
                        admitted.policy().slowdownBound(look.spec()),
                        admitted.policy().arguments(look.spec()),
                        admitted.policy().redact(),
                        admitted.policy().showsStacks(look.spec()),
                        admitted.policy().allowsLooks());
                traces = assign(look, plan, terms);
            } catch (KubernetesClientException e) {
                if (!ApiRefusals.isNamespaceEnding(e)) {
                    throw e;
                }
                LOG.info("request={} not begun: its namespace is being deleted", RequestFinalizer.id(look.request()));
                return UpdateControl.noUpdate();
            }
        }
        boolean over = ending.isPresent() && sources().end().isOver(traces, ending.get(), now);
        if (ending.isPresent() && !over) {
            // The agents' last reports are on their way; a single write reports the end.
            return Requeue.at(now, sources().end().checks(traces, ending.get().since(), now));
        }
        Situation situation = new Situation(
                now,
                look.namespace(),
                look.generation(),
                deadline.minus(window),
                deadline,
                plan,
                traces,
                admitted.sink().name(),
                admitted.policy().names(),
                bound(look, admitted, traces),
                absent.of(traces, now),
                ending.map(RequestMemory.Ending::explanation),
                over);
        return report(look, situation, admitted.sink());
    }

    private UpdateControl<TraceRequest> report(Reconciliation look, Situation situation, Sink sink) {
        TraceRequest request = look.request();
        List<NodeTrace> traces = situation.traces();
        TraceRequestStatus after = StatusReport.of(situation, look.status());
        StatusWriter.Outcome outcome = write(look, after, new AgentReports(traces).tracingSince());
        if (outcome.written() && !look.hasStarted()) {
            audit.admitted(request, situation.plan(), sink, after);
        }
        podEvents.begun(
                request,
                look.memory().podsWithEvent(),
                traces,
                situation.deadline().toString());
        if (after.completionTime() == null) {
            return Requeue.at(
                    look.now(),
                    Stream.of(
                                    Stream.of(situation.deadline()),
                                    AgentSilence.nextCheck(traces, look.now()).stream(),
                                    TargetPlanner.nextLook(situation.plan(), look.now()).stream(),
                                    outcome.again().stream())
                            .flatMap(times -> times));
        }
        situation.ending().ifPresent(ending -> sources().end().tell(look, after, traces, ending.reason()));
        sources().queue().ended(request);
        // The rest is the same as for a finished request.
        return Requeue.at(look.now(), Stream.of(look.now()));
    }

    /** Makes the NodeTraces match the plan, under the finalizer. */
    private List<NodeTrace> assign(Reconciliation look, TargetPlan plan, Terms terms) {
        if (!plan.nodes().isEmpty() && !look.request().hasFinalizer(Renacer.FINALIZER)) {
            look.context().resourceOperations().addFinalizer();
        }
        return sources().nodeTraces().apply(look.request(), plan, terms, look.traces(), absent::isLost);
    }

    private void forget(TraceRequest request) {
        release(request);
        sources().queue().ended(request);
        memories.remove(request.getMetadata().getUid());
    }

    private void release(TraceRequest request) {
        pods.release(request.getMetadata().getNamespace(), ResourceID.fromResource(request));
    }

    private Sources sources() {
        return Objects.requireNonNull(sources, "prepareEventSources comes first");
    }
}
