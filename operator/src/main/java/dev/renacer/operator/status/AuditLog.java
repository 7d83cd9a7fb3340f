// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.operator.plan.TargetPlan;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who traced what, where to, when and why: one line at a request's admission and one at its end. */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    /** The request's window begins. */
    public void admitted(TraceRequest request, TargetPlan plan, Sink sink, TraceRequestStatus status) {
        LOG.info(
                "{} pods={} nodes={} sink={} from={} until={} admitted",
                who(request),
                plan.matchingPods().size(),
                plan.nodes().size(),
                value(sink.name()),
                status.startTime(),
                status.deadline());
    }

    /** The request is over; the reason is that of its ending. */
    public void ended(TraceRequest request, TraceRequestStatus status, long pods, Reason reason, Instant until) {
        TraceTotals totals = Objects.requireNonNullElse(status.totals(), TraceTotals.NONE);
        LOG.info(
                "{} pods={} nodes={} sink={} from={} until={} ended reason={} processes={} calls={} spans={} lost={}",
                who(request),
                pods,
                status.nodes(),
                value(status.sink()),
                status.startTime(),
                until.truncatedTo(ChronoUnit.MILLIS),
                reason,
                totals.processes(),
                totals.calls(),
                totals.spans(),
                totals.lost());
    }

    private static String who(TraceRequest request) {
        TraceRequestSpec spec = TraceRequestSpec.of(request);
        ResourceID id = ResourceID.fromResource(request);
        return "audit request=" + id.getNamespace().orElse("") + "/" + id.getName() + " uid="
                + request.getMetadata().getUid() + " requestedBy=" + value(spec.requestedBy()) + " justification="
                + value(spec.justification());
    }

    /** Quoted, without control characters: nobody can write a line of their own into the log. */
    static String value(@Nullable String text) {
        return text == null
                ? "\"\""
                : '"'
                        + text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ")
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                        + '"';
    }
}
