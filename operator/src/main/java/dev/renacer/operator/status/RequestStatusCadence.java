// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.TraceRequestStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a request's status is written. A transition (of a condition, of the observed spec or, while nothing is traced,
 * of the reasons why containers are left out) is written at once, at most four in any minute; figures are written 2 s
 * and 10 s after the trace began and every 60 s after that; the end is always written. A request without trouble costs
 * four writes in its first minute. One instance per request; used by one thread at a time.
 */
public final class RequestStatusCadence {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST_A_MINUTE = 4;
    /**
     * Agents report at 2 s and 10 s; the operator writes a little later, so that one write contains every node's
     * figures.
     */
    private static final Duration AFTER_AGENTS = Duration.ofMillis(500);

    private static final List<Duration> FIRST_FIGURES = List.of(
            Duration.ofSeconds(2).plus(AFTER_AGENTS), Duration.ofSeconds(10).plus(AFTER_AGENTS));
    /** Requests that began together should not write together. */
    private static final int JITTER_MILLIS = 6_000;

    private final Deque<Instant> transitions = new ArrayDeque<>();
    private final Duration interval =
            MINUTE.plusMillis(ThreadLocalRandom.current().nextInt(JITTER_MILLIS));
    private @Nullable Instant lastWrite;
    private int writesInFirstMinute;

    /**
     * The decision about a status.
     *
     * @param write  write it now
     * @param again  ask again at this time if nothing happens before
     */
    public record Decision(boolean write, Optional<Instant> again) {}

    /**
     * Decides.
     *
     * @param previous      the status as last written
     * @param next          the status as it is now
     * @param tracingSince  the time since which the first process has been traced
     */
    public Decision decide(
            @Nullable TraceRequestStatus previous,
            TraceRequestStatus next,
            Optional<Instant> tracingSince,
            Instant now) {
        if (next.completionTime() != null) {
            return new Decision(previous == null || previous.completionTime() == null, Optional.empty());
        }
        while (!transitions.isEmpty() && !transitions.getFirst().isAfter(now.minus(MINUTE))) {
            transitions.removeFirst();
        }
        if (isTransition(previous, next)) {
            return transitions.size() < MOST_A_MINUTE
                    ? new Decision(true, Optional.empty())
                    : new Decision(false, Optional.of(transitions.getFirst().plus(MINUTE)));
        }
        if (tracingSince.isEmpty()) {
            Instant slot = (lastWrite == null ? now : lastWrite).plus(interval);
            boolean changed = !sameFigures(previous, next);
            return new Decision(changed && !now.isBefore(slot), changed ? Optional.of(slot) : Optional.empty());
        }
        Instant slot = nextSlot(tracingSince.get(), next);
        if (now.isBefore(slot)) {
            return new Decision(false, Optional.of(slot));
        }
        return new Decision(!sameFigures(previous, next), Optional.of(now.plus(interval)));
    }

    /** Remembers a write that was made. */
    public void written(@Nullable TraceRequestStatus previous, TraceRequestStatus next, Instant now) {
        lastWrite = now;
        if (isTransition(previous, next)) {
            transitions.addLast(now);
        }
        if (next.startTime() != null
                && now.isBefore(Instant.parse(next.startTime()).plus(MINUTE))) {
            writesInFirstMinute++;
        }
    }

    private Instant nextSlot(Instant since, TraceRequestStatus status) {
        Instant last = lastWrite == null ? Instant.MIN : lastWrite;
        Instant windowStart = Instant.parse(Objects.requireNonNull(status.startTime()));
        boolean endsInFirstMinute =
                status.deadline() != null && Instant.parse(status.deadline()).isBefore(windowStart.plus(MINUTE));
        int room = MOST_A_MINUTE - (endsInFirstMinute ? 1 : 0);
        for (Duration after : FIRST_FIGURES) {
            Instant slot = since.plus(after);
            // A write just before the slot already contained the agents' figures.
            boolean taken = !last.isBefore(slot.minus(AFTER_AGENTS));
            boolean allowed = writesInFirstMinute < room || !slot.isBefore(windowStart.plus(MINUTE));
            if (!taken && allowed) {
                return slot;
            }
        }
        return (last.isAfter(since) ? last : since).plus(interval);
    }

    private static boolean isTransition(@Nullable TraceRequestStatus previous, TraceRequestStatus next) {
        if (previous == null
                || !Objects.equals(previous.observedGeneration(), next.observedGeneration())
                || !Objects.equals(previous.startTime(), next.startTime())) {
            return true;
        }
        for (ConditionType type : ConditionType.values()) {
            if (Conditions.changed(previous, next, type)) {
                return true;
            }
        }
        return !Conditions.isTrue(next, ConditionType.Tracing)
                && !skipReasons(previous).equals(skipReasons(next));
    }

    private static Set<String> skipReasons(TraceRequestStatus status) {
        return Objects.requireNonNullElse(status.skipped(), List.<TraceRequestStatus.Skipped>of()).stream()
                .map(TraceRequestStatus.Skipped::reason)
                .collect(Collectors.toSet());
    }

    private static boolean sameFigures(@Nullable TraceRequestStatus previous, TraceRequestStatus next) {
        return previous != null
                && Objects.equals(previous.totals(), next.totals())
                && Objects.equals(previous.nodes(), next.nodes())
                && Objects.equals(previous.firstTraceIds(), next.firstTraceIds())
                && Objects.equals(previous.skipped(), next.skipped())
                && Objects.equals(words(previous), words(next));
    }

    /** The message of Accepted: for a waiting request it gives the place in the queue. */
    private static Optional<String> words(TraceRequestStatus status) {
        return Conditions.of(status, ConditionType.Accepted).map(Condition::getMessage);
    }
}
