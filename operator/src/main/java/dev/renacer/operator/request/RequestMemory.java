// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.plan.PodSelection;
import dev.renacer.operator.queue.AdmissionState;
import dev.renacer.operator.status.Explanation;
import dev.renacer.operator.status.WrittenStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operator remembers about a request between two reconciliations: what it wrote (its cache may lag behind) and
 * when. Nothing of this is needed after a restart; it is in the objects.
 */
final class RequestMemory implements AdmissionState {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    private final WrittenStatus status = new WrittenStatus();
    private final Set<String> podsWithEvent = new HashSet<>();
    private @Nullable Ending ending;
    private @Nullable PodSelection selection;
    private Duration nextRetry = FIRST_RETRY;

    // Also read by reconciliations of other requests.
    private volatile boolean admitted;

    /**
     * Why a request ends and since when.
     *
     * @param explanation  why
     * @param since        when it was seen
     */
    record Ending(Explanation explanation, Instant since) {}

    /** The status as the operator last wrote it. */
    WrittenStatus status() {
        return status;
    }

    @Override
    public @Nullable TraceRequestStatus latest(@Nullable TraceRequestStatus read) {
        return status.latest(read);
    }

    @Override
    public boolean admitted() {
        return admitted;
    }

    @Override
    public void admitted(boolean now) {
        admitted = now;
        if (now) {
            nextRetry = FIRST_RETRY;
        }
    }

    /** The first ending seen: a deadline that passes while agents detach changes nothing. */
    Optional<Ending> ending(Optional<Explanation> seen, Instant now) {
        if (ending == null && seen.isPresent()) {
            ending = new Ending(seen.get(), now);
        }
        return Optional.ofNullable(ending);
    }

    /** The workload's pods, once the workload has been looked up. */
    Optional<PodSelection> selection() {
        return Optional.ofNullable(selection);
    }

    void selection(PodSelection found) {
        selection = found;
    }

    /** UIDs of the pods that have an Event of this request. */
    Set<String> podsWithEvent() {
        return podsWithEvent;
    }

    /** When to look again at something that no watch reports; the wait doubles each time. */
    Duration nextRetry() {
        Duration wait = nextRetry;
        Duration twice = wait.multipliedBy(2);
        nextRetry = twice.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : twice;
        return wait;
    }
}
