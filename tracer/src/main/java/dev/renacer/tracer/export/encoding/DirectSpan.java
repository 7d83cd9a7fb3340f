// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * A span of a system call, of which there are so many that they are encoded without the SDK. Its trace and flags are its
 * parent's, it has no events, and nothing was left out of it.
 */
public interface DirectSpan extends SpanData {
    /** Its id as a number, most significant byte first; not 0. */
    long spanIdBits();

    /** Its own trace state; the same object for most spans of a parent. */
    TraceState traceState();

    /** Gives its attributes to a writer, in the order of {@link #getAttributes}. */
    void writeAttributes(AttributeWriter out);
}
