// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.plan.PodSelection;
import dev.renacer.operator.report.Explanation;
import dev.renacer.operator.report.RequestStatusCadence;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operator remembers of a request between two looks at it: what it wrote (its cache may lag behind) and when. Nothing here
 * is needed after a restart; the objects hold it.
 */
final class RequestMemory {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    private final RequestStatusCadence cadence = new RequestStatusCadence();
    private final Set<String> announcedPods = new HashSet<>();
    private @Nullable Ending ending;
    private @Nullable PodSelection selection;
    private Duration nextRetry = FIRST_RETRY;

    // Read by looks at other requests too.
    private volatile @Nullable TraceRequestStatus written;
    private volatile boolean admitted;

    /**
     * Why a request ends and since when.
     *
     * @param explanation  why
     * @param since        when it was seen
     */
    record Ending(Explanation explanation, Instant since) {}

    RequestStatusCadence cadence() {
        return cadence;
    }

    /** The latest status known: what was written, else what was read. */
    @Nullable
    TraceRequestStatus latest(@Nullable TraceRequestStatus read) {
        TraceRequestStatus own = written;
        return own == null ? read : own;
    }

    void written(TraceRequestStatus status) {
        written = status;
    }

    /** Whether it has got its turn. */
    boolean admitted() {
        return admitted;
    }

    void admitted(boolean now) {
        admitted = now;
        if (now) {
            nextRetry = FIRST_RETRY;
        }
    }

    /** The ending, the first one seen: a deadline that passes while agents detach changes nothing. */
    Optional<Ending> ending(Optional<Explanation> seen, Instant now) {
        if (ending == null && seen.isPresent()) {
            ending = new Ending(seen.get(), now);
        }
        return Optional.ofNullable(ending);
    }

    /** Whose pods they are, once the workload was looked up. */
    Optional<PodSelection> selection() {
        return Optional.ofNullable(selection);
    }

    void selection(PodSelection found) {
        selection = found;
    }

    /** UIDs of the pods that have an Event of this request. */
    Set<String> announcedPods() {
        return announcedPods;
    }

    /** When to look again at something no watch tells of; each time the wait is twice as long. */
    Duration nextRetry() {
        Duration wait = nextRetry;
        Duration twice = wait.multipliedBy(2);
        nextRetry = twice.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : twice;
        return wait;
    }
}
