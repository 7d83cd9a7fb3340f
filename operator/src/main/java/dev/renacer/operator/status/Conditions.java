// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds a list of conditions, keeping the time of each one's last transition. */
public final class Conditions {
    /** The values of a condition's status. */
    enum Value {
        True,
        False,
        Unknown
    }

    private final @Nullable TraceRequestStatus previous;
    private final long generation;
    private final Instant now;
    private final List<Condition> conditions = new ArrayList<>();

    Conditions(@Nullable TraceRequestStatus previous, long generation, Instant now) {
        this.previous = previous;
        this.generation = generation;
        this.now = now.truncatedTo(ChronoUnit.SECONDS); // the resolution of Kubernetes' times
    }

    Conditions set(ConditionType type, Value value, Explanation explanation) {
        return set(type, value, explanation.reason(), explanation.message());
    }

    Conditions set(ConditionType type, Value value, Reason reason, String message) {
        String since = of(previous, type)
                .filter(before -> before.getStatus().equals(value.name()))
                .map(Condition::getLastTransitionTime)
                .orElse(now.toString());
        conditions.add(new ConditionBuilder()
                .withType(type.name())
                .withStatus(value.name())
                .withReason(reason.name())
                .withMessage(UserText.message(message))
                .withObservedGeneration(generation)
                .withLastTransitionTime(since)
                .build());
        return this;
    }

    List<Condition> list() {
        return List.copyOf(conditions);
    }

    /** A condition of a status. */
    public static Optional<Condition> of(@Nullable TraceRequestStatus status, ConditionType type) {
        if (status == null || status.conditions() == null) {
            return Optional.empty();
        }
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type.name()))
                .findFirst();
    }

    /** Whether a condition of a status is True. */
    public static boolean isTrue(@Nullable TraceRequestStatus status, ConditionType type) {
        return has(status, type, Value.True);
    }

    /** Whether a condition of a status is False. */
    public static boolean isFalse(@Nullable TraceRequestStatus status, ConditionType type) {
        return has(status, type, Value.False);
    }

    private static boolean has(@Nullable TraceRequestStatus status, ConditionType type, Value value) {
        return of(status, type)
                .filter(condition -> condition.getStatus().equals(value.name()))
                .isPresent();
    }

    /** Whether a condition's status or reason differs between two versions: a transition a user should hear of. */
    public static boolean changed(@Nullable TraceRequestStatus before, TraceRequestStatus after, ConditionType type) {
        Optional<Condition> old = of(before, type);
        Optional<Condition> young = of(after, type);
        return !Objects.equals(old.map(Condition::getStatus), young.map(Condition::getStatus))
                || !Objects.equals(old.map(Condition::getReason), young.map(Condition::getReason));
    }
}
