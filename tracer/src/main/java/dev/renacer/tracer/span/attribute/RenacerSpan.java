// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.attribute;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;

/** What spans of a trace of system calls have in common: they are made when they are over, and nothing is left out of them. */
public interface RenacerSpan extends SpanData {
    @Override
    default SpanKind getKind() {
        return SpanKind.INTERNAL;
    }

    @Override
    default List<EventData> getEvents() {
        return List.of();
    }

    @Override
    default boolean hasEnded() {
        return true;
    }

    @Override
    default int getTotalRecordedEvents() {
        return getEvents().size();
    }

    @Override
    default int getTotalRecordedLinks() {
        return getLinks().size();
    }

    @Override
    default int getTotalAttributeCount() {
        return getAttributes().size();
    }

    @Override
    @SuppressWarnings({"deprecation", "InlineMeSuggester"}) // the interface still demands it; exporters read the scope
    default io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return RenacerScope.library();
    }
}
