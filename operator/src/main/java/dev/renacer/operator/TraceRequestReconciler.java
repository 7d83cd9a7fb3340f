// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TracePolicy;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceSink;
import dev.renacer.operator.Admission.Verdict;
import dev.renacer.operator.plan.Acceptance;
import dev.renacer.operator.plan.Assignment.Terms;
import dev.renacer.operator.plan.EffectivePolicy;
import dev.renacer.operator.plan.Plan;
import dev.renacer.operator.plan.Rules;
import dev.renacer.operator.plan.Skip;
import dev.renacer.operator.report.AgentReports;
import dev.renacer.operator.report.AgentSilence;
import dev.renacer.operator.report.Conditions;
import dev.renacer.operator.report.Situation;
import dev.renacer.operator.report.StatusReport;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
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
 * Carries a TraceRequest out: one NodeTrace for each node that has a container to trace, the agents' reports gathered in the
 * request's status, the end by deadline, {@code stop} or deletion. Each call looks at everything anew; it may be made at any time.
 * The finalizer is there only while an agent may hold a target: from the first assignment to the end.
 */
@ControllerConfiguration(name = "tracerequest", finalizerName = Renacer.FINALIZER, triggerReconcilerOnAllEvents = true)
final class TraceRequestReconciler implements Reconciler<TraceRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(TraceRequestReconciler.class);

    /** How long agents may take to detach and send the rest, after the deadline, a stop or a deletion. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final Clock clock;
    private final EventRecorder events;
    private final PodEvents podEvents;
    private final StatusWriter statuses;
    private final AuditLog audit = new AuditLog();
    private final AbsentAgents absent;
    private final SandboxedRuntimes sandboxes;
    private final Rules rules;
    private final SimpleInboundEventSource<TraceRequest> wakeUps = new SimpleInboundEventSource<>("wake-ups");
    private final PodWatches pods;
    private final Map<String, RequestMemory> memories = new ConcurrentHashMap<>();

    private @Nullable Sources sources;

    /** What is there once the event sources are. */
    private record Sources(
            InformerEventSource<NodeTrace, TraceRequest> traces,
            Assignments assignments,
            Turns turns,
            Admission admission) {}

    /**
     * @param agents  what is known of the nodes' agents
     * @param rules   the installation's rules of namespaces
     */
    TraceRequestReconciler(KubernetesClient client, Clock clock, EventRecorder events, NodeAgents agents, Rules rules) {
        this.client = client;
        this.clock = clock;
        this.events = events;
        this.podEvents = new PodEvents(events);
        this.statuses = new StatusWriter(client, events);
        this.absent = new AbsentAgents(client, agents);
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
        Turns turns = new Turns(
                () -> requests.list(_ -> true), () -> traces.list(_ -> true), memories::get, wakeUps::propagateEvent);
        sources = new Sources(
                traces,
                new Assignments(client, traces),
                turns,
                new Admission(
                        client,
                        rules,
                        () -> sinks.list(_ -> true).toList(),
                        () -> policies.list(_ -> true).toList(),
                        turns));
        return List.of(traces, sinks, policies, wakeUps);
    }

    /** A change may be what a request waits for that is refused or queued, or say when a finished one is deleted. */
    private static <T extends HasMetadata> InformerEventSource<T, TraceRequest> clusterWide(
            Class<T> type, EventSourceContext<TraceRequest> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(type, TraceRequest.class)
                        .withSecondaryToPrimaryMapper(_ -> context.getPrimaryCache()
                                .list(request -> !Conditions.isTrue(request.getStatus(), ConditionType.Accepted)
                                        || isOver(request.getStatus()))
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .withPrimaryToSecondaryMapper((TraceRequest _) -> Set.of())
                        .withWatchAllNamespaces()
                        .build(),
                context);
    }

    /** What is known of this node's agent has changed: the requests with a container there are looked at. */
    void agentChanged(String nodeName) {
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
    void close() {
        pods.close();
    }

    @Override
    public UpdateControl<TraceRequest> reconcile(TraceRequest request, Context<TraceRequest> context) {
        if (context.isPrimaryResourceDeleted()) {
            forget(request);
            return UpdateControl.noUpdate();
        }
        RequestMemory memory = memories.computeIfAbsent(request.getMetadata().getUid(), _ -> new RequestMemory());
        TraceRequestStatus status = memory.latest(request.getStatus());
        Instant now = clock.instant();
        if (request.getMetadata().getDeletionTimestamp() != null) {
            return delete(request, memory, status, context, now);
        }
        if (status != null && isOver(status)) {
            return finished(request, status, context, now);
        }
        List<NodeTrace> traces = sources().assignments().of(request);
        boolean begun = memory.admitted() || !traces.isEmpty() || (status != null && status.startTime() != null);
        if (!begun && Boolean.TRUE.equals(Admission.spec(request).stop())) {
            return notRun(
                    request,
                    memory,
                    StatusReport.stoppedBeforeStart(request.getMetadata().getGeneration(), now, status),
                    Optional.of(Duration.ofMillis(1)),
                    now);
        }
        return switch (sources().admission().judge(request, memory, status, traces, now)) {
            case Verdict.Refused refused -> refuse(request, memory, status, refused, now);
            case Verdict.Queued queued ->
                notRun(
                        request,
                        memory,
                        StatusReport.queued(
                                queued.message(), request.getMetadata().getGeneration(), now, status),
                        Optional.empty(),
                        now);
            case Verdict.Admitted admitted -> carryOut(request, memory, status, traces, admitted, context, now);
        };
    }

    private UpdateControl<TraceRequest> refuse(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus status,
            Verdict.Refused refused,
            Instant now) {
        boolean first = status == null || memory.admitted();
        memory.admitted(false);
        UpdateControl<TraceRequest> next = notRun(
                request,
                memory,
                StatusReport.refused(refused.refusal(), request.getMetadata().getGeneration(), now, status),
                refused.again(),
                now);
        if (first) {
            sources().turns().released(request);
        }
        return next;
    }

    /** Writes the status of a request that does not run, now or ever. */
    private UpdateControl<TraceRequest> notRun(
            TraceRequest request,
            RequestMemory memory,
            TraceRequestStatus next,
            Optional<Duration> again,
            Instant now) {
        release(request);
        StatusWriter.Outcome outcome = statuses.write(request, memory, next, Optional.empty(), now);
        return again(now, Stream.concat(again.map(now::plus).stream(), outcome.again().stream()));
    }

    private UpdateControl<TraceRequest> carryOut(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus status,
            List<NodeTrace> known,
            Verdict.Admitted admitted,
            Context<TraceRequest> context,
            Instant now) {
        TraceRequestSpec spec = Admission.spec(request);
        Duration window = Duration.ofSeconds(
                Objects.requireNonNullElse(spec.durationSeconds(), TraceRequestSpec.DEFAULT_DURATION_SECONDS));
        Instant deadline = deadline(status, known)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.MILLIS).plus(window));
        Plan plan = plan(request, spec, admitted, known);
        Optional<Acceptance.Refused> forbidden = forbidden(plan, known);
        if (forbidden.isPresent()) {
            return refuse(request, memory, status, new Verdict.Refused(forbidden.get(), Optional.empty()), now);
        }
        Optional<RequestMemory.Ending> ending = memory.ending(EndingRule.of(spec, known, deadline, now), now);
        List<NodeTrace> traces;
        if (ending.isPresent()) {
            traces = end(known, ending.get());
        } else {
            try {
                Terms terms = new Terms(
                        deadline,
                        admitted.sink(),
                        admitted.policy().maxSlowdownPercent().orElse(null));
                traces = assign(request, plan, terms, known, context);
            } catch (KubernetesClientException e) {
                if (!ApiRefusals.isNamespaceEnding(e)) {
                    throw e;
                }
                LOG.info("request={} not begun: its namespace is being deleted", id(request));
                return UpdateControl.noUpdate();
            }
        }
        boolean over = ending.isPresent() && isOver(traces, ending.get(), now);
        if (ending.isPresent() && !over) {
            // The agents' last reports are on their way; one write tells the end.
            Instant since = ending.get().since();
            Stream<Instant> checks = absent.anyNotReady(traces)
                    ? Stream.of(since.plus(AbsentAgents.LAST_WORDS), since.plus(GRACE))
                    : Stream.of(since.plus(GRACE));
            return again(now, checks.filter(at -> at.isAfter(now)));
        }
        Situation situation = new Situation(
                now,
                request.getMetadata().getGeneration(),
                deadline.minus(window),
                deadline,
                plan,
                traces,
                admitted.sink().name(),
                admitted.policy().names(),
                absent.of(traces, now),
                ending.map(RequestMemory.Ending::finding),
                over);
        return report(request, memory, status, situation, admitted.sink(), now);
    }

    private UpdateControl<TraceRequest> report(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus before,
            Situation situation,
            Sink sink,
            Instant now) {
        List<NodeTrace> traces = situation.traces();
        TraceRequestStatus after = StatusReport.of(situation, before);
        StatusWriter.Outcome outcome =
                statuses.write(request, memory, after, new AgentReports(traces).tracingSince(), now);
        if (outcome.written() && (before == null || before.startTime() == null)) {
            audit.admitted(request, situation.plan(), sink, after);
        }
        podEvents.begun(request, memory, traces, situation.deadline().toString());
        if (after.completionTime() == null) {
            return again(
                    now,
                    Stream.of(
                                    Stream.of(situation.deadline()),
                                    AgentSilence.nextCheck(traces, now).stream(),
                                    outcome.again().stream())
                            .flatMap(times -> times));
        }
        situation.ending().ifPresent(ending -> {
            podEvents.ended(request, memory, traces, ending.reason());
            audit.ended(request, after, podCount(traces), ending.reason().name(), now.toString());
        });
        sources().turns().ended(request);
        // The rest is that of a finished request.
        return again(now, Stream.of(now));
    }

    private Plan plan(TraceRequest request, TraceRequestSpec spec, Verdict.Admitted admitted, List<NodeTrace> known) {
        EffectivePolicy policy = admitted.policy();
        Set<String> assigned = known.stream()
                .flatMap(trace -> trace.getSpec().targets().stream())
                .map(Target::containerId)
                .collect(Collectors.toSet());
        Set<String> names = new LinkedHashSet<>(Objects.requireNonNullElse(spec.containers(), List.of()));
        Plan plan = Plan.of(
                new Plan.Scope(admitted.selection(), names, policy, sandboxes),
                pods.pods(request.getMetadata().getNamespace(), ResourceID.fromResource(request), admitted.selection()),
                assigned);
        Set<String> lost = plan.targets().keySet().stream()
                .filter(absent::isLost)
                .filter(node -> known.stream()
                        .noneMatch(trace -> trace.getSpec().nodeName().equals(node)))
                .collect(Collectors.toSet());
        Plan there = plan.without(lost, Reason.NodeLost, "The node is gone or not ready");
        Set<String> full = sources().turns().fullNodes(request, there.targets().keySet(), policy.maxRequestsPerNode());
        Plan roomy = policy.maxRequestsPerNode()
                .map(limit -> there.without(
                        full,
                        Reason.LimitReached,
                        "As many requests run on the node as TracePolicy \"" + limit.policy() + "\" allows: "
                                + limit.value()))
                .orElse(there);
        return policy.maxTargets()
                .map(limit -> roomy.limitedTo(
                        limit.value(),
                        assigned,
                        "TracePolicy \"" + limit.policy() + "\" allows a request " + limit.value() + " containers"))
                .orElse(roomy);
    }

    /** A request that names nothing but what a policy forbids is refused, not left waiting. */
    private static Optional<Acceptance.Refused> forbidden(Plan plan, List<NodeTrace> known) {
        return known.isEmpty() && plan.targets().isEmpty()
                ? plan.skipped().stream()
                        .filter(skip -> skip.reason() == Reason.DeniedByPolicy)
                        .findFirst()
                        .map((Skip skip) -> new Acceptance.Refused(
                                skip.reason(), skip.podName() + "/" + skip.containerName() + ": " + skip.message()))
                : Optional.empty();
    }

    /** Brings the assignments to the plan, under the finalizer. What is assigned to a lost node stays as it is. */
    private List<NodeTrace> assign(
            TraceRequest request, Plan plan, Terms terms, List<NodeTrace> known, Context<TraceRequest> context) {
        if (!plan.targets().isEmpty() && !request.hasFinalizer(Renacer.FINALIZER)) {
            context.resourceOperations().addFinalizer();
        }
        Map<Boolean, List<NodeTrace>> byLoss = known.stream()
                .collect(Collectors.partitioningBy(
                        trace -> absent.isLost(trace.getSpec().nodeName())));
        List<NodeTrace> lost = byLoss.getOrDefault(true, List.of());
        Set<String> lostNodes =
                lost.stream().map(trace -> trace.getSpec().nodeName()).collect(Collectors.toSet());
        List<NodeTrace> traces = new ArrayList<>(lost);
        traces.addAll(sources()
                .assignments()
                .apply(request, plan.leaving(lostNodes), terms, byLoss.getOrDefault(false, List.of())));
        traces.sort(Comparator.comparing(trace -> trace.getSpec().nodeName()));
        return traces;
    }

    /** At the deadline agents detach by themselves; otherwise they are told. */
    private List<NodeTrace> end(List<NodeTrace> traces, RequestMemory.Ending ending) {
        return ending.finding().reason() == Reason.DeadlineReached
                ? traces
                : sources().assignments().stop(traces);
    }

    private boolean isOver(List<NodeTrace> traces, RequestMemory.Ending ending, Instant now) {
        return !now.isBefore(ending.since().plus(GRACE))
                || traces.stream().allMatch(trace -> absent.isDone(trace, ending.since(), now));
    }

    /** Takes away what a finished request has no use for, and the request itself when its time to live is over. */
    private UpdateControl<TraceRequest> finished(
            TraceRequest request, TraceRequestStatus status, Context<TraceRequest> context, Instant now) {
        release(request);
        sources().turns().ended(request);
        if (request.hasFinalizer(Renacer.FINALIZER)
                || !sources().assignments().of(request).isEmpty()) {
            sources().assignments().delete(request);
            context.resourceOperations().removeFinalizer();
            // From here on with the object as it is now.
            return again(now, Stream.of(now));
        }
        Integer own = Admission.spec(request).ttlSecondsAfterFinished();
        Optional<Integer> ttl = own != null
                ? Optional.of(own)
                : sources().admission().policy(request, now).ttlSecondsAfterFinished();
        if (ttl.isEmpty()) {
            return UpdateControl.noUpdate();
        }
        Instant end =
                Instant.parse(Objects.requireNonNull(status.completionTime())).plusSeconds(ttl.get());
        if (now.isBefore(end)) {
            return again(now, Stream.of(end));
        }
        LOG.info("request={} deleted, {} s after its end as it asks for", id(request), ttl.get());
        // The version keeps a namesake created since from being hit.
        client.resource(request)
                .lockResourceVersion(request.getMetadata().getResourceVersion())
                .delete();
        return UpdateControl.noUpdate();
    }

    /** Has the agents detach, waits for their last words for {@link #GRACE} at most, and lets the object go. */
    private UpdateControl<TraceRequest> delete(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus status,
            Context<TraceRequest> context,
            Instant now) {
        release(request);
        if (!request.hasFinalizer(Renacer.FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        List<NodeTrace> traces = sources().assignments().of(request);
        Instant since = Instant.parse(request.getMetadata().getDeletionTimestamp());
        List<NodeTrace> open = traces.stream()
                .filter(trace -> !absent.isDone(trace, since, now))
                .toList();
        if (!open.isEmpty() && now.isBefore(since.plus(GRACE))) {
            sources().assignments().stop(open);
            return again(
                    now,
                    Stream.of(since.plus(AbsentAgents.LAST_WORDS), since.plus(GRACE))
                            .filter(at -> at.isAfter(now)));
        }
        if (!open.isEmpty()) {
            events.record(request, false, Reason.DetachTimedOut.name(), Reason.DetachTimedOut.meaning());
        }
        if (status != null && !isOver(status) && !traces.isEmpty()) {
            podEvents.ended(request, memory, traces, Reason.Deleted);
            audit.ended(request, status, podCount(traces), Reason.Deleted.name(), now.toString());
        }
        sources().turns().ended(request);
        sources().assignments().delete(request);
        context.resourceOperations().removeFinalizer();
        LOG.info("request={} deleted", id(request));
        return UpdateControl.noUpdate();
    }

    private void forget(TraceRequest request) {
        release(request);
        sources().turns().ended(request);
        memories.remove(request.getMetadata().getUid());
    }

    private static Optional<Instant> deadline(@Nullable TraceRequestStatus status, List<NodeTrace> traces) {
        if (status != null && status.deadline() != null) {
            return Optional.of(Instant.parse(status.deadline()));
        }
        // An operator that was stopped between the assignments and the status has left it there.
        return traces.stream()
                .map(trace -> Instant.parse(trace.getSpec().notAfter()))
                .findFirst();
    }

    private void release(TraceRequest request) {
        pods.release(request.getMetadata().getNamespace(), ResourceID.fromResource(request));
    }

    private static long podCount(List<NodeTrace> traces) {
        return traces.stream()
                .flatMap(trace -> trace.getSpec().targets().stream())
                .map(Target::podUid)
                .distinct()
                .count();
    }

    private static boolean isOver(@Nullable TraceRequestStatus status) {
        return status != null && status.completionTime() != null;
    }

    private static String id(TraceRequest request) {
        return request.getMetadata().getNamespace() + "/"
                + request.getMetadata().getName();
    }

    private Sources sources() {
        return Objects.requireNonNull(sources, "prepareEventSources comes first");
    }

    /** Looks again at the earliest of these times; at least a millisecond from now: zero would mean never. */
    private static UpdateControl<TraceRequest> again(Instant now, Stream<Instant> times) {
        return times.min(Comparator.naturalOrder())
                .map(at -> Duration.between(now, at))
                .map(delay -> delay.toMillis() > 0 ? delay : Duration.ofMillis(1))
                .map(delay -> UpdateControl.<TraceRequest>noUpdate().rescheduleAfter(delay))
                .orElseGet(UpdateControl::noUpdate);
    }
}
