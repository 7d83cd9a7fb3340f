// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.export.CallSpan;
import dev.renacer.tracer.span.attribute.RenacerSpan;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.parent.CallParent;
import dev.renacer.tracer.span.slice.SliceContext;
import dev.renacer.tracer.span.volume.FoldStatistics;
import dev.renacer.tracer.span.volume.PathCounts;
import dev.renacer.tracer.span.volume.TransferCalls;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/**
 * Many calls of one kind as one span, named as each of them would be. Its {@code aggregation.*} attributes are those of
 * the collector's span pruning processor (opentelemetry-collector-contrib, processor/spanpruningprocessor), so that a
 * trace folded here reads as one folded there. Immutable.
 *
 * @param context     its own identity
 * @param slice       what it has in common with the calls beside it
 * @param parent      that of each of the calls
 * @param call        the name of the calls
 * @param errorType   the name of the errno with which they failed; empty if they did not
 * @param startNanos  when the first call began, nanoseconds since the epoch
 * @param endNanos    when the last ended
 * @param status      that of each of the calls
 * @param calls       how many
 * @param attributes  what is told of them
 */
record FoldedSpan(
        SpanContext context,
        SliceContext slice,
        CallParent parent,
        String call,
        String errorType,
        long startNanos,
        long endNanos,
        StatusData status,
        long calls,
        Attributes attributes)
        implements RenacerSpan, CallSpan {

    static FoldedSpan of(
            String spanId,
            SliceContext slice,
            CallParent parent,
            TraceState traceState,
            SyscallLabel label,
            CallStatus status,
            FoldStatistics folded) {
        SpanContext above = parent.span();
        return new FoldedSpan(
                SpanContext.create(above.getTraceId(), spanId, above.getTraceFlags(), traceState),
                slice,
                parent,
                label.name(),
                status.errorType(),
                folded.startNanos(),
                folded.endNanos(),
                status.status(),
                folded.calls(),
                attributes(parent, label, status, folded));
    }

    private static Attributes attributes(
            CallParent parent, SyscallLabel label, CallStatus status, FoldStatistics folded) {
        AttributesBuilder attributes = Attributes.builder()
                .put(SpanAttributes.SYSCALL_NAME, label.name())
                .put(SpanAttributes.SYSCALL_NUMBER, label.number())
                .put(SpanAttributes.SYSCALL_PARENT_SOURCE, parent.source().attribute())
                .put(SpanAttributes.AGGREGATION_IS_SUMMARY, true)
                .put(SpanAttributes.AGGREGATION_SPAN_COUNT, folded.calls())
                .put(SpanAttributes.AGGREGATION_DURATION_MIN, folded.minNanos())
                .put(SpanAttributes.AGGREGATION_DURATION_MAX, folded.maxNanos())
                .put(SpanAttributes.AGGREGATION_DURATION_AVG, folded.totalNanos() / folded.calls())
                .put(SpanAttributes.AGGREGATION_DURATION_TOTAL, folded.totalNanos())
                .put(SpanAttributes.AGGREGATION_BUCKET_BOUNDS, FoldStatistics.bucketBounds())
                .put(SpanAttributes.AGGREGATION_BUCKET_COUNTS, folded.cumulativeCounts());
        if (parent.pid() != null) {
            attributes.put(SpanAttributes.PROCESS_PID, parent.pid());
        }
        if (!status.errorType().isEmpty()) {
            attributes.put(SpanAttributes.SYSCALL_ERRNO, status.errno());
            attributes.put(SpanAttributes.ERROR_TYPE, status.errorType());
        } else if (TransferCalls.contains(label.name())) {
            attributes.put(SpanAttributes.FOLDED_BYTES, folded.bytes());
        }
        List<PathCounts.Entry> paths = folded.paths().most();
        if (!paths.isEmpty()) {
            attributes.put(
                    SpanAttributes.FOLDED_PATHS,
                    paths.stream().map(PathCounts.Entry::path).toList());
            attributes.put(
                    SpanAttributes.FOLDED_PATH_CALLS,
                    paths.stream().map(PathCounts.Entry::calls).toList());
        }
        if (folded.paths().others() > 0) {
            attributes.put(
                    SpanAttributes.FOLDED_OTHER_PATH_CALLS, folded.paths().others());
        }
        return attributes.build();
    }

    @Override
    public boolean isSummary() {
        return true;
    }

    @Override
    public String getName() {
        return SyscallLabel.PREFIX + call;
    }

    @Override
    public SpanContext getSpanContext() {
        return context;
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent.span();
    }

    @Override
    public StatusData getStatus() {
        return status;
    }

    @Override
    public long getStartEpochNanos() {
        return startNanos;
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public List<LinkData> getLinks() {
        return parent.links();
    }

    @Override
    public long getEndEpochNanos() {
        return endNanos;
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return slice.scope();
    }

    @Override
    public Resource getResource() {
        return slice.resource();
    }
}
