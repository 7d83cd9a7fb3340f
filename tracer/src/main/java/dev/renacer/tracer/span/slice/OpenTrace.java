// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.ArrayList;
import java.util.List;

/**
 * One trace while it is open. Forked children join the trace of their parent, so several processes may have a slice in
 * it; its spans are counted together, and when it is full or old it is closed for all of them at once.
 */
final class OpenTrace {
    private final String traceId;
    private final TraceState traceState;
    private final ParentSource source;
    private final long openedNanos;
    private final List<Slice> slices = new ArrayList<>();
    private int spans;

    /**
     * @param traceId      32 hex digits
     * @param traceState   vendor state of a trace that began elsewhere
     * @param source       how it is known
     * @param openedNanos  when its first slice opened; its age counts from here
     */
    OpenTrace(String traceId, TraceState traceState, ParentSource source, long openedNanos) {
        this.traceId = traceId;
        this.traceState = traceState;
        this.source = source;
        this.openedNanos = openedNanos;
    }

    /** A context for a new span in this trace. Always sampled: Renacer exports what it makes. */
    SpanContext context(String spanId) {
        return SpanContext.create(traceId, spanId, TraceFlags.getSampled(), traceState);
    }

    String traceId() {
        return traceId;
    }

    ParentSource source() {
        return source;
    }

    long openedNanos() {
        return openedNanos;
    }

    /**
     * Adds a slice; its root is counted as a span at once, so that a full trace cannot overflow when its roots are
     * written.
     */
    void add(Slice slice) {
        slices.add(slice);
        spans++;
    }

    void remove(Slice slice) {
        slices.remove(slice);
    }

    void countSpan() {
        spans++;
    }

    /** Whether it can take {@code more} spans. */
    boolean hasRoom(int more, int maxSpans) {
        return spans + more <= maxSpans;
    }

    boolean isOld(long nowNanos, long maxAgeNanos) {
        return nowNanos - openedNanos >= maxAgeNanos;
    }

    boolean isEmpty() {
        return slices.isEmpty();
    }

    /** Its open slices, each child before its parent. */
    List<Slice> childrenFirst() {
        return List.copyOf(slices.reversed());
    }
}
