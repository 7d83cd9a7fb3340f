// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.lang.reflect.Proxy;
import java.util.List;

/** Spans that only differ in number and resource. */
record NumberedSpan(long number, Resource resource) implements SpanData {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("test");
    static final Resource RESOURCE = resource("test");

    static NumberedSpan of(long number) {
        return new NumberedSpan(number, RESOURCE);
    }

    static Resource resource(String serviceName) {
        return Resource.create(
                Attributes.builder().put("service.name", serviceName).build());
    }

    /** The same as a root, which others depend on. */
    StructuralSpan asRoot() {
        NumberedSpan span = this;
        return (StructuralSpan) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {StructuralSpan.class},
                (_, method, args) -> method.invoke(span, args));
    }

    @Override
    public String getName() {
        return "span " + number;
    }

    @Override
    public SpanKind getKind() {
        return SpanKind.INTERNAL;
    }

    @Override
    public SpanContext getSpanContext() {
        return SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "%016x".formatted(number + 1),
                TraceFlags.getSampled(),
                TraceState.getDefault());
    }

    @Override
    public SpanContext getParentSpanContext() {
        return SpanContext.getInvalid();
    }

    @Override
    public StatusData getStatus() {
        return StatusData.unset();
    }

    @Override
    public long getStartEpochNanos() {
        return 1_000 + number;
    }

    @Override
    public Attributes getAttributes() {
        return Attributes.empty();
    }

    @Override
    public List<EventData> getEvents() {
        return List.of();
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public long getEndEpochNanos() {
        return 2_000 + number;
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return 0;
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return 0;
    }

    @Override
    @SuppressWarnings({"deprecation", "InlineMeSuggester"}) // the interface still demands it
    public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create("test", null);
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
