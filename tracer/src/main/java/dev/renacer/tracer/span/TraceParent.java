// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The span that a trace continues, in the form of W3C Trace Context (TRACEPARENT and TRACESTATE of an environment, or a
 * flag). Versions after 00 are read as the specification requires: their first four fields, whatever follows.
 */
public final class TraceParent {
    private static final String EXPECTED =
            "expected 00-<32 hex digits trace id>-<16 hex digits span id>-<2 hex digits flags>, in lower case";
    private static final int VERSION_00_LENGTH = 55;
    private static final Pattern FIELDS = Pattern.compile(
            "(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-[0-9a-f]{2}(?<rest>-.*)?");
    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");

    private TraceParent() {}

    /**
     * Reads a parent.
     *
     * @param traceparent  the header's value
     * @param tracestate   vendor state; dropped if malformed, as the specification asks
     * @return a remote, valid context
     * @throws IllegalArgumentException if the value is malformed; the message is one line and says what is wrong
     */
    public static SpanContext parse(String traceparent, Optional<String> tracestate) {
        String value = traceparent.strip();
        refuseMalformed(value);
        Map<String, String> carrier = tracestate
                .map(state -> Map.of("traceparent", value, "tracestate", state))
                .orElseGet(() -> Map.of("traceparent", value));
        Context extracted =
                W3CTraceContextPropagator.getInstance().extract(Context.root(), carrier, CarrierGetter.INSTANCE);
        SpanContext context = Span.fromContext(extracted).getSpanContext();
        if (!context.isValid()) {
            throw malformed(value, "it is not readable");
        }
        return context;
    }

    private static void refuseMalformed(String value) {
        var fields = FIELDS.matcher(value);
        if (!fields.matches()) {
            throw malformed(value, "it does not have the four fields");
        }
        String version = fields.group("version");
        if (version.equals("ff")) {
            throw malformed(value, "version ff is not allowed");
        }
        if (version.equals("00") && value.length() != VERSION_00_LENGTH) {
            throw malformed(value, "version 00 must have nothing after the flags");
        }
        if (isZero(fields.group("trace"))) {
            throw malformed(value, "the trace id is all zeros");
        }
        if (isZero(fields.group("span"))) {
            throw malformed(value, "the span id is all zeros");
        }
    }

    private static boolean isZero(String hex) {
        return hex.chars().allMatch(digit -> digit == '0');
    }

    private static IllegalArgumentException malformed(String value, String why) {
        String shown = UNPRINTABLE
                .matcher(value.length() > 80 ? value.substring(0, 80) + "..." : value)
                .replaceAll("?");
        return new IllegalArgumentException("trace parent '" + shown + "' is malformed: " + why + "; " + EXPECTED);
    }

    /** Reads a map as a carrier of headers. */
    private enum CarrierGetter implements TextMapGetter<Map<String, String>> {
        INSTANCE;

        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    }
}
