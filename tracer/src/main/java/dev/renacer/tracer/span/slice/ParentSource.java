// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import java.util.Locale;

/** How it is known which trace a span belongs to. Never by a guess: what is not known has the process's own trace. */
public enum ParentSource {
    /** The application has published the span that its thread works for: that one is the parent. */
    THREAD_CONTEXT(true),
    /** The request of HTTP that the thread works on names a span (traceparent): that one is the parent. */
    HTTP_HEADER(true),
    /** The environment names a span (TRACEPARENT): the trace of the process's root continues it. */
    ENVIRONMENT(false),
    /** Likewise, an option of the command line. */
    OPTION(false),
    /** Nothing says so: the process's root begins a trace. */
    PROCESS(false);

    private final String attribute = name().toLowerCase(Locale.ROOT);
    private final boolean ofCall;

    ParentSource(boolean ofCall) {
        this.ofCall = ofCall;
    }

    /** Whether it tells the parent of single calls, and not of the whole process. */
    public boolean isOfCall() {
        return ofCall;
    }

    /** The value of {@code syscall.parent.source}. */
    public String attribute() {
        return attribute;
    }
}
