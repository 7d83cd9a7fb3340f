// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.context;

import java.util.HexFormat;

/**
 * What an application has published about one of its threads: the span that the thread worked for when it made a call
 * (OpenTelemetry's OTEP 4947). Immutable. Neither id is all zeros.
 *
 * @param traceHigh  the first 8 bytes of the trace id
 * @param traceLow   the other 8
 * @param span       the span id
 * @param flags      W3C trace flags, 0 to 255
 * @param source     how it is known
 */
public record ThreadContext(long traceHigh, long traceLow, long span, int flags, Source source) {
    private static final HexFormat HEX = HexFormat.of();
    private static final int SAMPLED = 1;

    /** How it is known for which span a thread works. */
    public enum Source {
        /** The application has published it. */
        THREAD,
        /** The request that the thread works on says so, by the header {@code traceparent}. */
        HTTP_HEADER
    }

    /** One that the application has published. */
    public ThreadContext(long traceHigh, long traceLow, long span, int flags) {
        this(traceHigh, traceLow, span, flags, Source.THREAD);
    }

    public ThreadContext {
        if ((traceHigh == 0 && traceLow == 0) || span == 0) {
            throw new IllegalArgumentException("a thread context has an id that is all zeros");
        }
        if (flags < 0 || flags > 0xff) {
            throw new IllegalArgumentException("trace flags are " + flags + ", they must be 0 to 255");
        }
    }

    /** The trace id as 32 hex digits. */
    public String traceId() {
        return HEX.toHexDigits(traceHigh) + HEX.toHexDigits(traceLow);
    }

    /** The span id as 16 hex digits. */
    public String spanId() {
        return HEX.toHexDigits(span);
    }

    /** Whether the application records this trace, as far as it knew. */
    public boolean sampled() {
        return (flags & SAMPLED) != 0;
    }
}
