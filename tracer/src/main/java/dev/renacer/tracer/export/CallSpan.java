// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.trace.data.SpanData;

/** A span that stands for system calls: for one, or for several that were folded into it. */
public interface CallSpan extends SpanData {
    /** Of a root with some events. */
    int ROOT_BYTES = 2_048;

    /** Of a span of whose attributes nothing is known. */
    int SPAN_BYTES = 512;

    /** The name of the call, such as {@code openat}. */
    String call();

    /** The name of the errno with which it failed; empty if it did not. */
    String errorType();

    /** How many calls it stands for. */
    default long calls() {
        return 1;
    }

    /** How much memory it takes while it waits for its request, roughly. The same at each call. */
    default int bytes() {
        return SPAN_BYTES;
    }

    /** Likewise, of any span. */
    static int bytesOf(SpanData span) {
        return switch (span) {
            case CallSpan call -> call.bytes();
            case StructuralSpan _ -> ROOT_BYTES;
            default -> SPAN_BYTES;
        };
    }

    /** Whether it is a summary of calls that have no spans of their own. */
    default boolean isSummary() {
        return false;
    }
}
