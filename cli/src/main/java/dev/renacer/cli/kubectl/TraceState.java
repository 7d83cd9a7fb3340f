// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;

/** Where a request stands, in one word, as its conditions tell. */
enum TraceState {
    /** No operator has taken it up yet. */
    PENDING("Pending", false),
    /** The operator will not carry it out; its condition says why. */
    REFUSED("Refused", true),
    /** Taken up; no process is traced yet. */
    ACCEPTED("Accepted", false),
    /** Processes are traced. */
    TRACING("Tracing", false),
    /** Asked to end before its time. */
    STOPPING("Stopping", false),
    /** Over, as asked. */
    SUCCEEDED("Succeeded", true),
    /** Over, and not as asked; its condition says why. */
    FAILED("Failed", true);

    private final String word;
    private final boolean last;

    TraceState(String word, boolean last) {
        this.word = word;
        this.last = last;
    }

    /** As printed. */
    String word() {
        return word;
    }

    /** Whether no other state follows. */
    boolean isLast() {
        return last;
    }

    /** The state of this request now. */
    static TraceState of(TraceRequest request) {
        if (is(request, "Accepted", "False")) {
            return REFUSED;
        }
        if (is(request, "Succeeded", "True")) {
            return SUCCEEDED;
        }
        if (status(request).map(TraceRequestStatus::completionTime).isPresent()) {
            return FAILED;
        }
        if (request.getSpec() != null && Boolean.TRUE.equals(request.getSpec().stop())) {
            return STOPPING;
        }
        if (is(request, "Tracing", "True")) {
            return TRACING;
        }
        return is(request, "Accepted", "True") ? ACCEPTED : PENDING;
    }

    /** The condition that explains the state, if there is one. */
    Optional<Condition> explainedBy(TraceRequest request) {
        return switch (this) {
            case PENDING -> Optional.empty();
            case REFUSED -> condition(request, "Accepted");
            // While nothing is traced, Tracing tells what is waited for.
            case ACCEPTED, TRACING, STOPPING -> condition(request, "Tracing");
            case SUCCEEDED, FAILED -> condition(request, "Succeeded");
        };
    }

    /** A condition of the request by its type. */
    static Optional<Condition> condition(TraceRequest request, String type) {
        return conditions(request).stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    static boolean is(TraceRequest request, String type, String value) {
        return condition(request, type)
                .filter(condition -> value.equals(condition.getStatus()))
                .isPresent();
    }

    private static List<Condition> conditions(TraceRequest request) {
        return status(request).map(TraceRequestStatus::conditions).orElse(List.of());
    }

    private static Optional<TraceRequestStatus> status(TraceRequest request) {
        return Optional.ofNullable(request.getStatus());
    }
}
