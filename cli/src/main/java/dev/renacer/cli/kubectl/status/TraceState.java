// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.status;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.KubectlExit;
import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;

/** How far a request has come, as its conditions tell. */
public enum TraceState {
    /** No operator has taken it up yet. */
    PENDING(false),
    /** The operator will not carry it out; its condition says why. */
    REFUSED(true),
    /** Taken up; no process is traced yet. */
    ACCEPTED(false),
    /** Processes are traced. */
    TRACING(false),
    /** Over, as asked. */
    SUCCEEDED(true),
    /** Over, and not as asked; its condition says why. */
    FAILED(true);

    private final boolean last;

    TraceState(boolean last) {
        this.last = last;
    }

    /** Whether no other state follows. */
    public boolean isLast() {
        return last;
    }

    /** Whether agents may have something to say of its containers. */
    public boolean isUnderWay() {
        return this == ACCEPTED || this == TRACING;
    }

    /** The state of this request now. */
    public static TraceState of(TraceRequest request) {
        if (is(request, ConditionType.Accepted, "False")) {
            return REFUSED;
        }
        if (is(request, ConditionType.Succeeded, "True")) {
            return SUCCEEDED;
        }
        if (status(request).map(TraceRequestStatus::completionTime).isPresent()) {
            return FAILED;
        }
        if (is(request, ConditionType.Tracing, "True")) {
            return TRACING;
        }
        return conditions(request).isEmpty() ? PENDING : ACCEPTED;
    }

    /** The one word for the request: what {@code kubectl get} prints as its state. */
    public static String word(TraceRequest request) {
        return condition(request, ConditionType.Tracing)
                .or(() -> condition(request, ConditionType.Accepted))
                .map(Condition::getReason)
                .orElse("Pending");
    }

    /** The condition that tells how it stands: of an end how it ended, else what it is doing. */
    public Optional<Condition> explainedBy(TraceRequest request) {
        return switch (this) {
            case PENDING -> Optional.empty();
            case REFUSED -> condition(request, ConditionType.Accepted);
            case ACCEPTED, TRACING -> condition(request, ConditionType.Tracing);
            case SUCCEEDED, FAILED -> condition(request, ConditionType.Succeeded);
        };
    }

    /** What a command that waited for this state ends with. */
    public int exitCode(TraceRequest request) {
        return switch (this) {
            case SUCCEEDED ->
                status(request)
                                .map(TraceRequestStatus::totals)
                                .filter(TraceTotals::isLeast)
                                .isPresent()
                        ? KubectlExit.INCOMPLETE
                        : ExitCode.SUCCESS;
            case REFUSED -> KubectlExit.REFUSED;
            case FAILED ->
                explainedBy(request)
                                .flatMap(condition -> Reason.of(condition.getReason()))
                                .filter(reason -> reason == Reason.NothingTraced)
                                .isPresent()
                        ? KubectlExit.NOTHING_TRACED
                        : ExitCode.FAILURE;
            case PENDING, ACCEPTED, TRACING -> KubectlExit.TIMED_OUT;
        };
    }

    /** A condition of the request by its type. */
    public static Optional<Condition> condition(TraceRequest request, ConditionType type) {
        return conditions(request).stream()
                .filter(condition -> type.name().equals(condition.getType()))
                .findFirst();
    }

    static boolean is(TraceRequest request, ConditionType type, String value) {
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
