// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.export.CallSpan;
import dev.renacer.tracer.export.encoding.AttributeWriter;
import dev.renacer.tracer.export.encoding.DirectSpan;
import dev.renacer.tracer.span.attribute.RenacerSpan;
import dev.renacer.tracer.span.parent.CallParent;
import dev.renacer.tracer.span.slice.SliceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One system call as a span. A busy target produces tens of thousands per second, so the call's values are kept as they are and only
 * become attributes while the span is written ({@link CallAttributes}), and where the sink keeps no spans, one object is filled again
 * and again. Otherwise it does not change once it was filled.
 */
final class SyscallSpan implements RenacerSpan, CallSpan, DirectSpan {
    private static final long NANOS_PER_MICRO = 1_000;

    private SliceContext slice;
    private CallParent parent;
    private TraceState traceState;
    private SyscallLabel label;
    private CallStatus status;
    private @Nullable CallDetail detail;
    private @Nullable CallSource source;
    private Outcome outcome;
    private long spanId;
    private int tid;
    private long result;
    private long startNanos;
    private long endNanos;
    private long durationNanos;
    private boolean inProgressAtAttach;

    /** One that is no span before it was filled. */
    @SuppressWarnings("NullAway.Init")
    SyscallSpan() {}

    /**
     * Makes it the span of a call.
     *
     * @param traceState  its own
     * @param endNanos    when the call's effect was complete; later than its return for a connect that did not wait
     * @return this
     */
    SyscallSpan fill(
            SliceContext slice,
            CallParent parent,
            TraceState traceState,
            SyscallLabel label,
            long spanId,
            SyscallCall call,
            long endNanos,
            CallStatus status,
            @Nullable CallDetail detail,
            @Nullable CallSource source) {
        this.slice = slice;
        this.parent = parent;
        this.traceState = traceState;
        this.label = label;
        this.spanId = spanId;
        this.status = status;
        this.detail = detail;
        this.source = source;
        this.outcome = call.outcome();
        this.tid = call.tid();
        this.result = call.result();
        this.startNanos = call.startNanos();
        this.endNanos = endNanos;
        this.durationNanos = call.durationNanos();
        this.inProgressAtAttach = call.inProgressAtAttach();
        return this;
    }

    CallParent parent() {
        return parent;
    }

    @Override
    public String call() {
        return label.name();
    }

    @Override
    public String errorType() {
        return status.errorType();
    }

    SyscallLabel label() {
        return label;
    }

    CallStatus callStatus() {
        return status;
    }

    /** What it says of the call's arguments; null: nothing. */
    @Nullable
    CallDetail detail() {
        return detail;
    }

    /** Where the call comes from; null if that is unknown. */
    @Nullable
    CallSource source() {
        return source;
    }

    int tid() {
        return tid;
    }

    /** What the register held; 0 if the call did not return. */
    long result() {
        return result;
    }

    long durationMicros() {
        return durationNanos / NANOS_PER_MICRO;
    }

    Outcome outcome() {
        return outcome;
    }

    boolean inProgressAtAttach() {
        return inProgressAtAttach;
    }

    @Override
    public String getName() {
        return label.spanName();
    }

    @Override
    public String getTraceId() {
        return parent.span().getTraceId();
    }

    @Override
    public long spanIdBits() {
        return spanId;
    }

    @Override
    public TraceState traceState() {
        return traceState;
    }

    @Override
    public void writeAttributes(AttributeWriter out) {
        CallAttributes.write(this, out);
    }

    @Override
    public String getSpanId() {
        return SpanId.fromLong(spanId);
    }

    @Override
    public SpanContext getSpanContext() {
        SpanContext above = parent.span();
        return SpanContext.create(above.getTraceId(), getSpanId(), above.getTraceFlags(), traceState);
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent.span();
    }

    @Override
    public String getParentSpanId() {
        return parent.span().getSpanId();
    }

    @Override
    public StatusData getStatus() {
        return status.status();
    }

    @Override
    public long getStartEpochNanos() {
        return startNanos;
    }

    @Override
    public Attributes getAttributes() {
        return new CallAttributes(this);
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
    public int getTotalAttributeCount() {
        return CallAttributes.count(this);
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return slice.scope();
    }

    @Override
    public Resource getResource() {
        return parent.resource();
    }

    @Override
    public String toString() {
        return getName() + " " + getTraceId() + "/" + getSpanId() + " " + getAttributes();
    }
}
