// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.follow;

import dev.renacer.cli.kubectl.status.TraceState;
import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import java.time.Duration;
import java.util.Objects;

/**
 * How long {@code run} waits for the end of a request: its window and a grace, from the moment it begins. In a queue it may wait as long
 * as others run. Times are those of {@link System#nanoTime()}; not thread-safe.
 */
final class EndPatience {
    /** How long after the end of its window a trace may take to report that it is over. */
    static final Duration END_GRACE = Duration.ofSeconds(60);
    /** Longest wait for the end after Ctrl-C. */
    static final Duration STOP_GRACE = Duration.ofSeconds(30);

    private final long window;
    private long deadline;
    private boolean queued;
    private boolean begun;
    private boolean stopped;

    /** From now on, for a request that nobody has answered yet. */
    EndPatience(TraceRequestSpec spec, long now) {
        window = Duration.ofSeconds(
                        Objects.requireNonNullElse(spec.durationSeconds(), TraceRequestSpec.DEFAULT_DURATION_SECONDS))
                .plus(END_GRACE)
                .toNanos();
        deadline = now + window;
    }

    /** Takes a new version of the request into account. */
    void update(TraceRequest request, long now) {
        boolean waits = TraceState.condition(request, ConditionType.Accepted)
                .filter(accepted -> Reason.Queued.name().equals(accepted.getReason()))
                .isPresent();
        boolean started = request.getStatus() != null && request.getStatus().startTime() != null;
        boolean accepted = started || TraceState.of(request) == TraceState.ACCEPTED;
        if (!stopped && !begun && (queued || accepted)) {
            deadline = now + window;
        }
        begun |= started;
        queued = waits && !started;
    }

    /** The user has asked for the end. */
    void stop(long now) {
        stopped = true;
        deadline = now + STOP_GRACE.toNanos();
    }

    /** Whether the end should have been reported by now. */
    boolean isOver(long now) {
        return (stopped || !queued) && now - deadline >= 0;
    }
}
