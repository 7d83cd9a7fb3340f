// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.trace.data.SpanData;

/** A span that stands for system calls: for one, or for several that were folded into it. */
public interface CallSpan extends SpanData {
    /** The name of the call, such as {@code openat}. */
    String call();

    /** The name of the errno with which it failed; empty if it did not. */
    String errorType();

    /** How many calls it stands for. */
    default long calls() {
        return 1;
    }

    /** Whether it is a summary of calls that have no spans of their own. */
    default boolean isSummary() {
        return false;
    }
}
