// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.agents.AbsentAgents;
import dev.renacer.operator.nodetrace.NodeTraces;
import dev.renacer.operator.queue.RequestQueue;
import dev.renacer.operator.status.AuditLog;
import dev.renacer.operator.status.EventRecorder;
import dev.renacer.operator.status.PodEvents;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a request: the agents' final reports, the removal of its objects, and of the request itself if it is not
 * to stay.
 */
public final class RequestFinalizer {
    /** How long agents may take to detach and to send the rest after the deadline, a stop or a deletion. */
    public static final Duration GRACE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(RequestFinalizer.class);

    private final KubernetesClient client;
    private final NodeTraces nodeTraces;
    private final RequestQueue queue;
    private final Admission admission;
    private final AbsentAgents absent;
    private final EventRecorder events;
    private final PodEvents podEvents;
    private final AuditLog audit;

    RequestFinalizer(
            KubernetesClient client,
            NodeTraces nodeTraces,
            RequestQueue queue,
            Admission admission,
            AbsentAgents absent,
            EventRecorder events,
            PodEvents podEvents,
            AuditLog audit) {
        this.client = client;
        this.nodeTraces = nodeTraces;
        this.queue = queue;
        this.admission = admission;
        this.absent = absent;
        this.events = events;
        this.podEvents = podEvents;
        this.audit = audit;
    }

    /** Whether the status says that the request's trace is over. */
    static boolean isOver(@Nullable TraceRequestStatus status) {
        return status != null && status.completionTime() != null;
    }

    /** At the deadline agents detach by themselves, and from a look they have nothing to detach; otherwise they are told. */
    List<NodeTrace> begin(List<NodeTrace> traces, RequestMemory.Ending ending) {
        Reason reason = ending.explanation().reason();
        return reason == Reason.DeadlineReached || reason == Reason.Looked ? traces : nodeTraces.stop(traces);
    }

    /** Whether no last report is waited for any more. */
    boolean isOver(List<NodeTrace> traces, RequestMemory.Ending ending, Instant now) {
        return !now.isBefore(ending.since().plus(GRACE))
                || traces.stream().allMatch(trace -> absent.isDone(trace, ending.since(), now));
    }

    /** When to look again at a request whose agents' last reports are on their way. */
    Stream<Instant> checks(List<NodeTrace> traces, Instant since, Instant now) {
        return Stream.of(since.plus(AbsentAgents.FINAL_REPORT_WITHIN), since.plus(GRACE))
                .skip(absent.anyNotReady(traces) ? 0 : 1)
                .filter(at -> at.isAfter(now));
    }

    /** Reports the end of a trace on the pods and in the log. */
    void tell(Reconciliation look, TraceRequestStatus status, List<NodeTrace> traces, Reason reason) {
        podEvents.ended(look.request(), look.memory().podsWithEvent(), traces, reason);
        podEvents.looked(look.request(), traces);
        audit.ended(look.request(), status, podCount(traces), reason, look.now());
    }

    /** Removes what a finished request no longer needs, and the request itself when its time to live is over. */
    UpdateControl<TraceRequest> finished(Reconciliation look, TraceRequestStatus status) {
        TraceRequest request = look.request();
        Instant now = look.now();
        queue.ended(request);
        if (request.hasFinalizer(Renacer.FINALIZER) || !look.traces().isEmpty()) {
            nodeTraces.delete(request);
            look.context().resourceOperations().removeFinalizer();
            // From here on with the current object.
            return Requeue.at(now, Stream.of(now));
        }
        Integer own = look.spec().ttlSecondsAfterFinished();
        Optional<Integer> ttl =
                own != null ? Optional.of(own) : admission.policy(look).ttlSecondsAfterFinished();
        if (ttl.isEmpty()) {
            return UpdateControl.noUpdate();
        }
        Instant end =
                Instant.parse(Objects.requireNonNull(status.completionTime())).plusSeconds(ttl.get());
        if (now.isBefore(end)) {
            return Requeue.at(now, Stream.of(end));
        }
        LOG.info("request={} deleted, {} s after its end as requested", id(request), ttl.get());
        // The version prevents a newer request with the same name from being deleted.
        client.resource(request)
                .lockResourceVersion(request.getMetadata().getResourceVersion())
                .delete();
        return UpdateControl.noUpdate();
    }

    /** Makes the agents detach, waits for their final reports for at most {@link #GRACE}, and removes the finalizer. */
    UpdateControl<TraceRequest> deleted(Reconciliation look) {
        TraceRequest request = look.request();
        TraceRequestStatus status = look.status();
        List<NodeTrace> traces = look.traces();
        Instant now = look.now();
        if (!request.hasFinalizer(Renacer.FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        Instant since = Instant.parse(request.getMetadata().getDeletionTimestamp());
        List<NodeTrace> open = traces.stream()
                .filter(trace -> !absent.isDone(trace, since, now))
                .toList();
        if (!open.isEmpty() && now.isBefore(since.plus(GRACE))) {
            nodeTraces.stop(open);
            return Requeue.at(now, checks(open, since, now));
        }
        if (!open.isEmpty()) {
            events.record(request, false, Reason.DetachTimedOut.name(), Reason.DetachTimedOut.meaning());
        }
        if (status != null && !isOver(status) && !traces.isEmpty()) {
            tell(look, status, traces, Reason.Deleted);
        }
        queue.ended(request);
        nodeTraces.delete(request);
        look.context().resourceOperations().removeFinalizer();
        LOG.info("request={} deleted", id(request));
        return UpdateControl.noUpdate();
    }

    private static long podCount(List<NodeTrace> traces) {
        return traces.stream()
                .flatMap(trace -> trace.getSpec().targets().stream())
                .map(Target::podUid)
                .distinct()
                .count();
    }

    /** The name of a request in a log line. */
    static String id(TraceRequest request) {
        return request.getMetadata().getNamespace() + "/"
                + request.getMetadata().getName();
    }
}
