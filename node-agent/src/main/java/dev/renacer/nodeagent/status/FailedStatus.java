// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The status of an assignment about which nothing is known except that it failed. */
public final class FailedStatus {
    private FailedStatus() {}

    /** Every container failed for the same reason. */
    public static NodeTraceStatus of(NodeTraceSpec spec, long generation, NodeTracePhase phase, String message) {
        List<TargetStatus> targets = spec.targets().stream()
                .map(target -> new TargetStatus(
                        target.podUid(),
                        target.containerName(),
                        target.containerId(),
                        TargetState.Failed.name(),
                        Reason.InternalError.name(),
                        message,
                        null,
                        TraceTotals.NONE))
                .toList();
        return new NodeTraceStatus(
                generation,
                phase.name(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                targets,
                TraceTotals.NONE,
                null,
                null);
    }

    /** What a user reads when an unexpected exception occurred. */
    public static String message(Throwable failure, boolean again) {
        return "the node's agent failed: " + failure.getClass().getSimpleName()
                + (again ? "; it tries again" : "")
                + "; its log says more";
    }
}
