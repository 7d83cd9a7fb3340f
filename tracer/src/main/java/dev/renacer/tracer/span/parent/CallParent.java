// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.parent;

import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.slice.ParentSource;
import dev.renacer.tracer.span.slice.SliceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.LinkData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call's span is a child of: the span that the application has published for the thread, otherwise the root of
 * the process. In the application's trace the process's root is a link, and its pid an attribute.
 *
 * @param resource  what the calling process is
 * @param pid  of the calling process, as the tracer sees it; null: the root says it
 */
public record CallParent(
        SpanContext span,
        ParentSource source,
        Resource resource,
        List<LinkData> links,
        @Nullable Long pid) {
    private static final Attributes PROCESS = Attributes.of(SpanAttributes.LINK_TYPE, "process");

    /** The root of the slice. */
    public static CallParent root(SliceContext slice, Resource resource) {
        return new CallParent(slice.root(), slice.source(), resource, List.of(), null);
    }

    private static ParentSource source(ThreadContext context) {
        return switch (context.source()) {
            case THREAD -> ParentSource.THREAD_CONTEXT;
            case HTTP_HEADER -> ParentSource.HTTP_HEADER;
        };
    }

    /** The span that the application has published, or that its request names. */
    public static CallParent published(ThreadContext context, SliceContext slice, Resource resource, Long pid) {
        SpanContext span = SpanContext.createFromRemoteParent(
                context.traceId(),
                context.spanId(),
                TraceFlags.fromByte((byte) context.flags()),
                TraceState.getDefault());
        return new CallParent(span, source(context), resource, List.of(LinkData.create(slice.root(), PROCESS)), pid);
    }
}
