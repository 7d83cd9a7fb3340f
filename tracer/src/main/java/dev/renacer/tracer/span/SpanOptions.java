// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import java.time.Duration;

/**
 * How calls become spans.
 *
 * @param maxSpansPerTrace  a trace is full with this many spans, its roots included; at least 3
 * @param maxTraceAge       a trace is closed when it has been open this long; at least 1 ms
 * @param errorStatus       which failed calls carry status ERROR
 * @param arguments         whether spans carry the calls' arguments ({@code syscall.args}): paths and other strings of
 *     the target
 * @param onlyErrors        whether only calls whose span would carry status ERROR become spans
 * @param minDuration       calls that took less become no spans; zero: all do
 * @param formerSourceNames whether source lines are written under the attribute names they had before those became stable,
 *     too ({@code code.filepath} beside {@code code.file.path})
 */
public record SpanOptions(
        int maxSpansPerTrace,
        Duration maxTraceAge,
        ErrorStatus errorStatus,
        boolean arguments,
        boolean onlyErrors,
        Duration minDuration,
        boolean formerSourceNames) {

    /** Which failed calls carry status ERROR. */
    public enum ErrorStatus {
        /** All but those that say "would block" or "interrupted": EAGAIN, EINTR, EINPROGRESS, ERESTART*. */
        REAL_FAILURES,
        /** Every failed call. */
        ALL
    }

    /** Default of {@link #maxSpansPerTrace}: what Jaeger and Tempo show without strain. */
    public static final int DEFAULT_MAX_SPANS_PER_TRACE = 5_000;

    /** Default of {@link #maxTraceAge}. */
    public static final Duration DEFAULT_MAX_TRACE_AGE = Duration.ofSeconds(60);

    /** A process's root, a forked child's root and one call. */
    private static final int MIN_SPANS_PER_TRACE = 3;

    public SpanOptions {
        if (maxSpansPerTrace < MIN_SPANS_PER_TRACE) {
            throw new IllegalArgumentException(
                    "maxSpansPerTrace is " + maxSpansPerTrace + ", must be at least " + MIN_SPANS_PER_TRACE);
        }
        if (maxTraceAge.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("maxTraceAge is " + maxTraceAge + ", must be at least 1 ms");
        }
        if (minDuration.isNegative()) {
            throw new IllegalArgumentException("minDuration is " + minDuration + ", must not be negative");
        }
    }

    /** Slices of 5,000 spans or 60 s, ERROR for real failures, no arguments, a span for each call. */
    public static SpanOptions defaults() {
        return new SpanOptions(
                DEFAULT_MAX_SPANS_PER_TRACE,
                DEFAULT_MAX_TRACE_AGE,
                ErrorStatus.REAL_FAILURES,
                false,
                false,
                Duration.ZERO,
                true);
    }

    /** These options with another limit of spans. */
    public SpanOptions withMaxSpansPerTrace(int spans) {
        return new SpanOptions(spans, maxTraceAge, errorStatus, arguments, onlyErrors, minDuration, formerSourceNames);
    }

    /** These options with another age limit. */
    public SpanOptions withMaxTraceAge(Duration age) {
        return new SpanOptions(
                maxSpansPerTrace, age, errorStatus, arguments, onlyErrors, minDuration, formerSourceNames);
    }

    /** These options with another rule for status ERROR. */
    public SpanOptions withErrorStatus(ErrorStatus rule) {
        return new SpanOptions(
                maxSpansPerTrace, maxTraceAge, rule, arguments, onlyErrors, minDuration, formerSourceNames);
    }

    /** These options with or without arguments. */
    public SpanOptions withArguments(boolean shown) {
        return new SpanOptions(
                maxSpansPerTrace, maxTraceAge, errorStatus, shown, onlyErrors, minDuration, formerSourceNames);
    }

    /** These options with spans for failed calls only, or for all. */
    public SpanOptions withOnlyErrors(boolean only) {
        return new SpanOptions(
                maxSpansPerTrace, maxTraceAge, errorStatus, arguments, only, minDuration, formerSourceNames);
    }

    /** These options with spans only for calls that took at least so long. */
    public SpanOptions withMinDuration(Duration least) {
        return new SpanOptions(
                maxSpansPerTrace, maxTraceAge, errorStatus, arguments, onlyErrors, least, formerSourceNames);
    }

    /** These options with or without the former names of source attributes. */
    public SpanOptions withFormerSourceNames(boolean too) {
        return new SpanOptions(maxSpansPerTrace, maxTraceAge, errorStatus, arguments, onlyErrors, minDuration, too);
    }
}
