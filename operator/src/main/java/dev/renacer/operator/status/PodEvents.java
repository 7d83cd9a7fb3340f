// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Informs the owners of traced pods by Events on the pods: once when tracing begins, once when it ends, for at most
 * fifty pods.
 */
public final class PodEvents {
    static final int MOST_PODS = 50;

    private final EventRecorder events;

    /**
     * @param events  writes them
     */
    public PodEvents(EventRecorder events) {
        this.events = events;
    }

    /**
     * Reports pods whose first process has come under trace since the last call.
     *
     * @param podsWithEvent  UIDs of the pods that have an Event of this request; those that get one are added
     */
    public void begun(TraceRequest request, Set<String> podsWithEvent, List<NodeTrace> traces, String deadline) {
        traced(traces).forEach((uid, pod) -> {
            if (podsWithEvent.size() < MOST_PODS && podsWithEvent.add(uid)) {
                events.once(
                        request,
                        pod,
                        Reason.Tracing,
                        "System calls of this pod are traced until " + deadline + " by " + who(request)
                                + "; the annotation " + Renacer.DENY_ANNOTATION + ": \"true\" forbids it");
            }
        });
    }

    /**
     * Reports the end, on the pods that got an Event of the beginning.
     *
     * @param podsWithEvent  their UIDs
     */
    public void ended(TraceRequest request, Set<String> podsWithEvent, List<NodeTrace> traces, Reason reason) {
        traced(traces).forEach((uid, pod) -> {
            if (podsWithEvent.contains(uid)) {
                events.once(request, pod, reason, "System calls of this pod are no longer traced by " + who(request));
            }
        });
    }

    /** Reports pods whose containers were looked at. */
    public void looked(TraceRequest request, List<NodeTrace> traces) {
        pods(traces, target -> Reason.Looked.name().equals(target.reason())).entrySet().stream()
                .limit(MOST_PODS)
                .forEach(pod -> events.once(
                        request,
                        pod.getValue(),
                        Reason.Looked,
                        "What the threads of this pod wait for was looked at by " + who(request)
                                + "; nothing was traced. The annotation " + Renacer.DENY_ANNOTATION
                                + ": \"true\" forbids it"));
    }

    private static Map<String, ObjectReference> traced(List<NodeTrace> traces) {
        return pods(traces, target -> target.since() != null);
    }

    private static Map<String, ObjectReference> pods(List<NodeTrace> traces, Predicate<TargetStatus> which) {
        Map<String, ObjectReference> pods = new LinkedHashMap<>();
        for (NodeTrace trace : traces) {
            NodeTraceStatus status = trace.getStatus();
            if (status == null || status.targets() == null) {
                continue;
            }
            List<String> traced = status.targets().stream()
                    .filter(which)
                    .map(TargetStatus::podUid)
                    .toList();
            for (Target target : trace.getSpec().targets()) {
                if (traced.contains(target.podUid())) {
                    pods.putIfAbsent(target.podUid(), reference(target));
                }
            }
        }
        return pods;
    }

    private static ObjectReference reference(Target target) {
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(target.namespace())
                .withName(target.podName())
                .withUid(target.podUid())
                .build();
    }

    private static String who(TraceRequest request) {
        String requestedBy =
                Objects.requireNonNullElse(TraceRequestSpec.of(request).requestedBy(), "");
        return "TraceRequest " + request.getMetadata().getName()
                + (requestedBy.isEmpty() ? "" : ", requested by " + requestedBy);
    }
}
