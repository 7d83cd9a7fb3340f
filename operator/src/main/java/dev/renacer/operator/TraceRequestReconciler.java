// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceSink;
import dev.renacer.operator.plan.Acceptance;
import dev.renacer.operator.plan.Assignment;
import dev.renacer.operator.plan.Plan;
import dev.renacer.operator.plan.PodSelection;
import dev.renacer.operator.plan.Rules;
import dev.renacer.operator.report.AgentReports;
import dev.renacer.operator.report.AgentSilence;
import dev.renacer.operator.report.Conditions;
import dev.renacer.operator.report.Finding;
import dev.renacer.operator.report.Situation;
import dev.renacer.operator.report.StatusCadence;
import dev.renacer.operator.report.StatusReport;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a TraceRequest out: one NodeTrace for each node that has a container to trace, the agents' reports gathered in the
 * request's status, the end by deadline, {@code stop} or deletion. Each call looks at everything anew; it may be made at any time.
 */
@ControllerConfiguration(name = "tracerequest", finalizerName = Renacer.FINALIZER)
final class TraceRequestReconciler implements Reconciler<TraceRequest>, Cleaner<TraceRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(TraceRequestReconciler.class);

    /** How long agents may take to detach and send the rest, after the deadline, a stop or a deletion. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final Clock clock;
    private final EventRecorder events;
    private final NodeAgents agents;
    private final Rules rules;
    private final SimpleInboundEventSource<TraceRequest> podEvents = new SimpleInboundEventSource<>("pods");
    private final PodWatches pods;
    private final Map<String, RequestMemory> memories = new ConcurrentHashMap<>();

    private @Nullable InformerEventSource<TraceSink, TraceRequest> sinks;
    private @Nullable Assignments assignments;

    TraceRequestReconciler(
            KubernetesClient client, Clock clock, EventRecorder events, NodeAgents agents, Rules rules) {
        this.client = client;
        this.clock = clock;
        this.events = events;
        this.agents = agents;
        this.rules = rules;
        this.pods = new PodWatches(client, podEvents::propagateEvent);
    }

    @Override
    public List<EventSource<?, TraceRequest>> prepareEventSources(EventSourceContext<TraceRequest> context) {
        InformerEventSource<NodeTrace, TraceRequest> traces = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(NodeTrace.class, TraceRequest.class)
                        .withNamespacesInheritedFromController()
                        .build(),
                context);
        sinks = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(TraceSink.class, TraceRequest.class)
                        // A new sink may be what a refused request waits for.
                        .withSecondaryToPrimaryMapper(_ -> context.getPrimaryCache()
                                .list(TraceRequestReconciler::isRefused)
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .withPrimaryToSecondaryMapper((TraceRequest _) -> Set.of())
                        .withWatchAllNamespaces()
                        .build(),
                context);
        assignments = new Assignments(client, traces);
        return List.of(traces, sinks, podEvents);
    }

    @Override
    public UpdateControl<TraceRequest> reconcile(TraceRequest request, Context<TraceRequest> context) {
        RequestMemory memory = memories.computeIfAbsent(request.getMetadata().getUid(), _ -> new RequestMemory());
        TraceRequestStatus status = memory.latest(request.getStatus());
        if (status != null && status.completionTime() != null) {
            release(request);
            assignments().delete(request);
            return UpdateControl.noUpdate();
        }
        Instant now = clock.instant();
        List<NodeTrace> traces = assignments().of(request);
        Acceptance acceptance = rules.ownNamespace()
                .filter(request.getMetadata().getNamespace()::equals)
                .<Acceptance>map(own -> new Acceptance.Refused(
                        Reason.DeniedByPolicy, "Namespace " + own + " is Renacer's own and never traced"))
                .orElseGet(() -> Acceptance.of(spec(request), knownSinks()));
        return switch (acceptance) {
            // What is being traced goes on: its assignments hold all that is needed.
            case Acceptance.Refused refused when traces.isEmpty() -> refuse(request, memory, status, refused, now);
            case Acceptance.Refused _ ->
                carryOut(
                        request,
                        memory,
                        status,
                        traces,
                        traces.getFirst().getSpec().sink(),
                        now);
            case Acceptance.Accepted accepted ->
                carryOut(request, memory, status, traces, Assignment.sink(accepted.sink()), now);
        };
    }

    @Override
    public DeleteControl cleanup(TraceRequest request, Context<TraceRequest> context) {
        release(request);
        List<NodeTrace> open = assignments().of(request).stream()
                .filter(trace -> !AgentSilence.isFinished(trace))
                .filter(trace -> !AgentSilence.isSilent(trace, clock.instant()))
                .toList();
        Instant until =
                Instant.parse(request.getMetadata().getDeletionTimestamp()).plus(GRACE);
        Duration left = Duration.between(clock.instant(), until);
        if (!open.isEmpty() && left.isPositive()) {
            assignments().stop(open);
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(left.toMillis());
        }
        if (!open.isEmpty()) {
            events.record(request, false, Reason.DetachTimedOut.name(), Reason.DetachTimedOut.meaning());
        }
        assignments().delete(request);
        memories.remove(request.getMetadata().getUid());
        LOG.info("{}: deleted", ResourceID.fromResource(request));
        return DeleteControl.defaultDelete();
    }

    /** Ends every watch on pods; the operator is stopping. */
    void close() {
        pods.close();
    }

    private UpdateControl<TraceRequest> refuse(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus status,
            Acceptance.Refused refused,
            Instant now) {
        TraceRequestStatus next =
                StatusReport.refused(refused, request.getMetadata().getGeneration(), now, status);
        return report(request, memory, status, next, Optional.empty(), now, Stream.empty());
    }

    private UpdateControl<TraceRequest> carryOut(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus status,
            List<NodeTrace> known,
            Sink sink,
            Instant now) {
        TraceRequestSpec spec = spec(request);
        Duration window = Duration.ofSeconds(
                Objects.requireNonNullElse(spec.durationSeconds(), TraceRequestSpec.DEFAULT_DURATION_SECONDS));
        Instant deadline = deadline(status, known)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.MILLIS).plus(window));
        Plan plan = Plan.of(spec, podsOf(request, spec), containerIds(known));
        Optional<RequestMemory.Ending> ending = memory.ending(ending(spec, known, deadline, now), now);
        List<NodeTrace> traces = ending.isPresent()
                ? end(known, ending.get())
                : assignments().apply(request, plan, deadline, sink, known);
        boolean over = ending.isPresent() && isOver(traces, ending.get(), now);
        if (ending.isPresent() && !over) {
            // The agents' last reports are on their way; one write tells the end.
            return UpdateControl.<TraceRequest>noUpdate()
                    .rescheduleAfter(delay(now, ending.get().since().plus(GRACE)));
        }
        Situation situation = new Situation(
                now,
                request.getMetadata().getGeneration(),
                deadline.minus(window),
                deadline,
                plan,
                traces,
                silent(traces, now),
                ending.map(RequestMemory.Ending::finding),
                over);
        Stream<Instant> checks = Stream.concat(Stream.of(deadline), AgentSilence.nextCheck(traces, now).stream());
        return report(
                request,
                memory,
                status,
                StatusReport.of(situation, status),
                new AgentReports(traces).tracingSince(),
                now,
                checks);
    }

    /** Writes the status if it is due, tells the transitions, and says when to look again. */
    private UpdateControl<TraceRequest> report(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus before,
            TraceRequestStatus after,
            Optional<Instant> tracingSince,
            Instant now,
            Stream<Instant> checks) {
        StatusCadence.Decision decision = memory.cadence().decide(before, after, tracingSince, now);
        Optional<Instant> again = decision.again();
        if (decision.write()) {
            write(request, after);
            memory.cadence().written(before, after, now);
            memory.written(after);
            events.transitions(request, before, after);
            if (after.completionTime() != null) {
                release(request);
                assignments().delete(request);
                LOG.info("{}: over, {}", ResourceID.fromResource(request), after.totals());
                return UpdateControl.noUpdate();
            }
            // With the write behind it, the cadence knows the next time.
            again = memory.cadence().decide(after, after, tracingSince, now).again();
        }
        return Stream.concat(checks, again.stream())
                .min(Comparator.naturalOrder())
                .map(at -> UpdateControl.<TraceRequest>noUpdate().rescheduleAfter(delay(now, at)))
                .orElseGet(UpdateControl::noUpdate);
    }

    /** The whole status: the operator is its only writer. The UID keeps a namesake created since from being hit. */
    private void write(TraceRequest request, TraceRequestStatus status) {
        client.resources(TraceRequest.class)
                .inNamespace(request.getMetadata().getNamespace())
                .withName(request.getMetadata().getName())
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON),
                        JsonPatch.of(
                                JsonPatch.test(
                                        "/metadata/uid", request.getMetadata().getUid()),
                                JsonPatch.put("/status", status)));
    }

    /** Why the request ends now, if it does. */
    private static Optional<Finding> ending(
            TraceRequestSpec spec, List<NodeTrace> traces, Instant deadline, Instant now) {
        Optional<String> unknownSyscall = traces.stream()
                .map(NodeTrace::getStatus)
                .filter(Objects::nonNull)
                .map(NodeTraceStatus::targets)
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .filter(target -> Reason.UnknownSyscall.name().equals(target.reason()))
                .map(TargetStatus::message)
                .map(message -> Objects.requireNonNullElse(message, Reason.UnknownSyscall.meaning()))
                .findFirst();
        if (unknownSyscall.isPresent()) {
            return unknownSyscall.map(message -> new Finding(Reason.UnknownSyscall, message));
        }
        if (Boolean.TRUE.equals(spec.stop())) {
            return Optional.of(new Finding(Reason.Stopped, Reason.Stopped.meaning()));
        }
        return now.isBefore(deadline)
                ? Optional.empty()
                : Optional.of(new Finding(Reason.DeadlineReached, Reason.DeadlineReached.meaning()));
    }

    /** At the deadline agents detach by themselves; otherwise they are told. */
    private List<NodeTrace> end(List<NodeTrace> traces, RequestMemory.Ending ending) {
        return ending.finding().reason() == Reason.DeadlineReached
                ? traces
                : assignments().stop(traces);
    }

    private static boolean isOver(List<NodeTrace> traces, RequestMemory.Ending ending, Instant now) {
        return !now.isBefore(ending.since().plus(GRACE))
                || traces.stream()
                        .allMatch(trace -> AgentSilence.isFinished(trace) || AgentSilence.isSilent(trace, now));
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

    private Map<String, String> silent(List<NodeTrace> traces, Instant now) {
        Map<String, String> silent = new TreeMap<>();
        for (NodeTrace trace : traces) {
            if (AgentSilence.isSilent(trace, now)) {
                silent.put(trace.getSpec().nodeName(), whySilent(trace.getSpec().nodeName()));
            }
        }
        return silent;
    }

    private String whySilent(String node) {
        if (agents.on(node) == NodeAgents.Presence.NODE_LOST) {
            return "Node " + node + " is gone or the control plane has lost sight of it";
        }
        TraceNode agent = client.resources(TraceNode.class).withName(node).get();
        TraceNodeStatus status = agent == null ? null : agent.getStatus();
        if (status == null) {
            return "No agent has ever reported from node " + node
                    + ": see why the DaemonSet has no pod there, or what that pod's log says";
        }
        return "The agent of node " + node + " does not report, last seen "
                + Objects.requireNonNullElse(status.updateTime(), "at an unknown time")
                + ": see its pod's state and log";
    }

    private List<Pod> podsOf(TraceRequest request, TraceRequestSpec spec) {
        return pods.pods(request.getMetadata().getNamespace(), ResourceID.fromResource(request), PodSelection.of(spec));
    }

    private void release(TraceRequest request) {
        pods.release(request.getMetadata().getNamespace(), ResourceID.fromResource(request));
    }

    private static Set<String> containerIds(List<NodeTrace> traces) {
        return traces.stream()
                .flatMap(trace -> trace.getSpec().targets().stream())
                .map(target -> target.containerId())
                .collect(Collectors.toSet());
    }

    /** A server that holds no schema lets a request without a spec pass. */
    private static TraceRequestSpec spec(TraceRequest request) {
        return request.getSpec() != null ? request.getSpec() : TraceRequestSpec.EMPTY;
    }

    private static boolean isRefused(TraceRequest request) {
        return Conditions.of(request.getStatus(), ConditionType.Accepted)
                .filter(accepted -> accepted.getStatus().equals("False"))
                .isPresent();
    }

    private List<TraceSink> knownSinks() {
        return Objects.requireNonNull(sinks, "prepareEventSources comes first")
                .list()
                .toList();
    }

    private Assignments assignments() {
        return Objects.requireNonNull(assignments, "prepareEventSources comes first");
    }

    /** At least a millisecond: zero would mean never. */
    private static Duration delay(Instant now, Instant at) {
        Duration delay = Duration.between(now, at);
        return delay.toMillis() > 0 ? delay : Duration.ofMillis(1);
    }
}
