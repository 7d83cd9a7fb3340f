// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.UserText;
import dev.renacer.operator.kube.ApiRefusals;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes Events, on a request and on the pods it traces: what {@code kubectl describe} shows below the status. */
public final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final String COMPONENT = "renacer-operator";
    /** An object's name may have 253 characters; the longest suffix is a UUID. */
    private static final int LONGEST_PREFIX = 253 - 1 - 36;

    private final KubernetesClient client;
    private final String instance;
    private final AtomicLong counter = new AtomicLong(System.nanoTime());

    /**
     * @param instance  the operator that reports
     */
    public EventRecorder(KubernetesClient client, String instance) {
        this.client = client;
        this.instance = instance;
    }

    /** Reports the transitions between two versions of a request's status. */
    void transitions(TraceRequest request, @Nullable TraceRequestStatus before, TraceRequestStatus after) {
        if (after.completionTime() != null) {
            Conditions.of(after, ConditionType.Succeeded)
                    .ifPresent(ended -> record(request, isTrue(ended), ended.getReason(), ended.getMessage()));
            return;
        }
        changed(before, after, ConditionType.Accepted)
                .ifPresent(
                        accepted -> record(request, !isFalse(accepted), accepted.getReason(), accepted.getMessage()));
        boolean refused = Conditions.of(after, ConditionType.Accepted)
                .filter(EventRecorder::isTrue)
                .isEmpty();
        changed(before, after, ConditionType.Tracing)
                .filter(tracing -> !refused && !tracing.getReason().equals(Reason.WaitingForAgent.name()))
                .ifPresent(tracing -> record(request, isTrue(tracing), tracing.getReason(), tracing.getMessage()));
        changed(before, after, ConditionType.Exporting)
                .filter(exporting -> exporting.getReason().equals(Reason.ExportFailed.name()))
                .ifPresent(exporting -> record(request, false, exporting.getReason(), exporting.getMessage()));
        changed(before, after, ConditionType.Degraded)
                .filter(EventRecorder::isTrue)
                .ifPresent(degraded -> record(request, false, degraded.getReason(), degraded.getMessage()));
    }

    /** Writes one Event on the request. */
    public void record(TraceRequest request, boolean normal, String reason, String message) {
        write(
                request,
                new ObjectReferenceBuilder()
                        .withApiVersion(request.getApiVersion())
                        .withKind(request.getKind())
                        .withNamespace(request.getMetadata().getNamespace())
                        .withName(request.getMetadata().getName())
                        .withUid(request.getMetadata().getUid())
                        .build(),
                Long.toHexString(counter.incrementAndGet()),
                normal,
                reason,
                message);
    }

    /**
     * Writes an Event of a request on another object, at most once, even across restarts of the operator: its name
     * makes it unique.
     */
    void once(TraceRequest request, ObjectReference about, Reason reason, String message) {
        String suffix = UUID.nameUUIDFromBytes((request.getMetadata().getUid() + about.getUid() + reason.name())
                        .getBytes(StandardCharsets.UTF_8))
                .toString();
        write(request, about, suffix, true, reason.name(), message);
    }

    /** A failure is only logged: an Event is a courtesy, never a reason to stop. */
    private void write(
            TraceRequest request, ObjectReference about, String suffix, boolean normal, String reason, String message) {
        String namespace = request.getMetadata().getNamespace();
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String name = about.getName();
        Event event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName((name.length() > LONGEST_PREFIX ? name.substring(0, LONGEST_PREFIX) : name) + "." + suffix)
                .endMetadata()
                .withInvolvedObject(about)
                .withType(normal ? "Normal" : "Warning")
                .withReason(reason)
                .withMessage(UserText.message(message))
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withReportingComponent(COMPONENT)
                .withReportingInstance(instance)
                .build();
        try {
            client.v1().events().inNamespace(namespace).resource(event).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || ApiRefusals.isNamespaceEnding(e)) {
                LOG.debug(
                        "request={}/{} Event {} not written",
                        namespace,
                        request.getMetadata().getName(),
                        reason,
                        e);
                return;
            }
            LOG.warn(
                    "request={}/{} cannot write Event {}: {}",
                    namespace,
                    request.getMetadata().getName(),
                    reason,
                    e.getMessage());
        }
    }

    private static Optional<Condition> changed(
            @Nullable TraceRequestStatus before, TraceRequestStatus after, ConditionType type) {
        return Conditions.changed(before, after, type) ? Conditions.of(after, type) : Optional.empty();
    }

    private static boolean isTrue(Condition condition) {
        return condition.getStatus().equals("True");
    }

    private static boolean isFalse(Condition condition) {
        return condition.getStatus().equals("False");
    }
}
