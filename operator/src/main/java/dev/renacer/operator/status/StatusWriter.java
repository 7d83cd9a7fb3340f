// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.kube.ApiRefusals;
import dev.renacer.operator.kube.JsonPatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.Optional;

/**
 * Writes a request's status when it is due, and reports the transitions by Events. Safe for use by many threads, but
 * for one request only by one at a time.
 */
public final class StatusWriter {
    private final KubernetesClient client;
    private final EventRecorder events;

    /**
     * @param events  writes the transitions
     */
    public StatusWriter(KubernetesClient client, EventRecorder events) {
        this.client = client;
        this.events = events;
    }

    /**
     * The result.
     *
     * @param written  whether the status was written
     * @param again    when to look again if nothing happens before
     */
    public record Outcome(boolean written, Optional<Instant> again) {}

    /**
     * Writes the status if it is due.
     *
     * @param status        what was written so far; remembers this write
     * @param after         the status as it is now
     * @param tracingSince  the time since which the first process has been traced
     */
    public Outcome write(
            TraceRequest request,
            WrittenStatus status,
            TraceRequestStatus after,
            Optional<Instant> tracingSince,
            Instant now) {
        TraceRequestStatus before = status.latest(request.getStatus());
        RequestStatusCadence.Decision decision = status.cadence().decide(before, after, tracingSince, now);
        if (!decision.write()) {
            return new Outcome(false, decision.again());
        }
        patch(request, after);
        status.cadence().written(before, after, now);
        status.written(after.withoutLooks());
        events.transitions(request, before, after);
        return after.completionTime() != null
                ? new Outcome(true, Optional.empty())
                // After the write, the cadence knows the next time.
                : new Outcome(
                        true,
                        status.cadence().decide(after, after, tracingSince, now).again());
    }

    /**
     * The whole status: the operator is its only writer. The UID prevents a newer request with the same name from being
     * changed.
     */
    private void patch(TraceRequest request, TraceRequestStatus status) {
        try {
            JsonPatch.sendStatus(
                    client,
                    new TraceRequest(),
                    request.getMetadata(),
                    JsonPatch.test("/metadata/uid", request.getMetadata().getUid()),
                    JsonPatch.put("/status", status));
        } catch (KubernetesClientException e) {
            // Deleted meanwhile: there is nobody left to tell.
            if (!ApiRefusals.isGone(e)) {
                throw e;
            }
        }
    }
}
