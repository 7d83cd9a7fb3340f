// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.export.CallSpan;
import dev.renacer.tracer.span.attribute.RenacerSpan;
import dev.renacer.tracer.span.parent.CallParent;
import dev.renacer.tracer.span.slice.SliceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One system call as a span. Immutable, and small: a busy target produces tens of thousands per second, so the call's
 * values are kept as they are and only become attributes while the span is written ({@link CallAttributes}). Its
 * numbers are objects from the start, since the exporter asks for them twice.
 */
final class SyscallSpan implements RenacerSpan, CallSpan {
    private static final long NANOS_PER_MICRO = 1_000;
    /** Of the object, its id and its numbers on the heap. */
    private static final int OWN_BYTES = 256;

    private final SliceContext slice;
    private final CallParent parent;
    private final SyscallLabel label;
    private final String spanId;
    private final CallStatus status;
    private final @Nullable CallDetail detail;
    private final Long tid;
    private final Long result;
    private final Long durationMicros;
    private final long startNanos;
    private final long endNanos;
    private final Outcome outcome;
    private final boolean inProgressAtAttach;
    private final @Nullable CallSource source;
    private final TraceState traceState;

    /**
     * @param traceState  its own
     * @param endNanos  when the call's effect was complete; later than its return for a connect that did not wait
     */
    SyscallSpan(
            SliceContext slice,
            CallParent parent,
            TraceState traceState,
            SyscallLabel label,
            String spanId,
            SyscallCall call,
            long endNanos,
            Long tid,
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
        this.tid = tid;
        this.startNanos = call.startNanos();
        this.endNanos = endNanos;
        this.result = call.result();
        this.durationMicros = call.durationNanos() / NANOS_PER_MICRO;
        this.outcome = call.outcome();
        this.inProgressAtAttach = call.inProgressAtAttach();
        this.source = source;
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

    @Override
    public int bytes() {
        CallDetail about = detail;
        return OWN_BYTES + (about == null ? 0 : about.bytes());
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

    Long tid() {
        return tid;
    }

    /** What the register held; 0 if the call did not return. */
    Long result() {
        return result;
    }

    Long durationMicros() {
        return durationMicros;
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
    public String getSpanId() {
        return spanId;
    }

    @Override
    public SpanContext getSpanContext() {
        return new CallContext(this);
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
        return getName() + " " + getTraceId() + "/" + spanId + " " + getAttributes();
    }

    /** The span's own identity, created on demand. */
    private record CallContext(SyscallSpan span) implements SpanContext {
        @Override
        public String getTraceId() {
            return span.getTraceId();
        }

        @Override
        public String getSpanId() {
            return span.spanId;
        }

        @Override
        public TraceFlags getTraceFlags() {
            return span.parent.span().getTraceFlags();
        }

        @Override
        public TraceState getTraceState() {
            return span.traceState;
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public boolean isRemote() {
            return false;
        }
    }
}
