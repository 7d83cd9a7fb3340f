// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import dev.renacer.tracer.export.StructuralSpan;
import dev.renacer.tracer.span.attribute.RenacerSpan;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/**
 * The root span of one slice of a process's trace: {@code process: <name>}. Immutable.
 *
 * @param name         the span's name
 * @param slice        its own identity, resource and scope
 * @param parent       the span it is a child of; invalid if it begins a trace
 * @param startNanos   nanoseconds since the epoch, at or before the start of each child
 * @param endNanos     nanoseconds since the epoch, at or after the end of each call
 * @param status       ERROR if the process failed
 * @param attributes   {@code process.*} and what belongs to the slice
 * @param events       signals, new programs and losses
 * @param eventsTotal  how many events there were; more than are in the list if it was full
 * @param links        the slice before this one, and the trace parent if this trace is not the parent's own
 */
record ProcessSpan(
        String name,
        SliceContext slice,
        SpanContext parent,
        long startNanos,
        long endNanos,
        StatusData status,
        Attributes attributes,
        List<EventData> events,
        int eventsTotal,
        List<LinkData> links)
        implements RenacerSpan, StructuralSpan {

    @Override
    public String getName() {
        return name;
    }

    @Override
    public SpanKind getKind() {
        return SpanKind.SERVER;
    }

    @Override
    public SpanContext getSpanContext() {
        return slice.root();
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent;
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
    public List<EventData> getEvents() {
        return events;
    }

    @Override
    public List<LinkData> getLinks() {
        return links;
    }

    @Override
    public long getEndEpochNanos() {
        return endNanos;
    }

    @Override
    public int getTotalRecordedEvents() {
        return eventsTotal;
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
