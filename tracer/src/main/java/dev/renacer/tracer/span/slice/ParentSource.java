// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import java.util.Locale;

/** How it is known which trace a span belongs to. Never by a guess: what is not known has the process's own trace. */
public enum ParentSource {
    /** The application has published the span that its thread works for: that one is the parent. */
    THREAD_CONTEXT,
    /** The request of HTTP that the thread works on names a span (traceparent): that one is the parent. */
    HTTP_HEADER,
    /** The environment names a span (TRACEPARENT): the trace of the process's root continues it. */
    ENVIRONMENT,
    /** Likewise, an option of the command line. */
    OPTION,
    /** Nothing says so: the process's root begins a trace. */
    PROCESS;

    private final String attribute = name().toLowerCase(Locale.ROOT);

    /** The value of {@code syscall.parent.source}. */
    public String attribute() {
        return attribute;
    }
}
