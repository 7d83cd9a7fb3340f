// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.span.attribute.RenacerSpan;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.attribute.TimeAttributes;
import dev.renacer.tracer.span.parent.CallParent;
import dev.renacer.tracer.span.slice.SliceContext;
import dev.renacer.tracer.time.TimeSums;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/**
 * Where the time of a request went in a process: {@code time: NAME}, a child of the span that the application has
 * published. Immutable.
 *
 * @param context     its own identity
 * @param slice       what it has in common with the calls beside it
 * @param parent      the application's span
 * @param name        its own
 * @param startNanos  when the process began to work for the request, nanoseconds since the epoch
 * @param endNanos    when it did the last thing for it
 * @param attributes  the times
 */
record RequestTimeSpan(
        SpanContext context,
        SliceContext slice,
        CallParent parent,
        String name,
        long startNanos,
        long endNanos,
        Attributes attributes)
        implements RenacerSpan {

    static RequestTimeSpan of(String spanId, SliceContext slice, CallParent parent, String process, TimeSums times) {
        SpanContext above = parent.span();
        return new RequestTimeSpan(
                SpanContext.create(above.getTraceId(), spanId, above.getTraceFlags(), above.getTraceState()),
                slice,
                parent,
                "time: " + process,
                times.sinceNanos(),
                times.untilNanos(),
                TimeAttributes.of(times).toBuilder()
                        .put(
                                SpanAttributes.SYSCALL_PARENT_SOURCE,
                                parent.source().attribute())
                        .put(SpanAttributes.PROCESS_PID, parent.pid())
                        .build());
    }

    @Override
    public String getName() {
        return name;
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
        return StatusData.unset();
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
