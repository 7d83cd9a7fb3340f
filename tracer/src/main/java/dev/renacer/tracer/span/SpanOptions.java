// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.span.parent.ParentOptions;
import dev.renacer.tracer.span.volume.Sampling;
import dev.renacer.tracer.span.volume.Volume;
import dev.renacer.tracer.subject.Subjects;
import dev.renacer.tracer.syscall.IdleWaits;
import dev.renacer.tracer.syscall.Syscall;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * How calls become spans.
 *
 * @param maxSpansPerTrace  a trace is full with this many spans, including its roots; at least 3
 * @param maxTraceAge       a trace is closed when it has been open this long; at least 1 ms
 * @param errorStatus       which failed calls carry status ERROR
 * @param arguments         what spans carry of the calls' arguments: nothing; names, such as paths, peers and descriptors; or
 *     all that was read
 * @param onlyErrors        whether only calls whose span would carry status ERROR become spans
 * @param minDuration       calls that took less do not become spans; zero: all do
 * @param formerSourceNames whether source lines are also written under the attribute names they had before those became
 *     stable ({@code code.filepath} beside {@code code.file.path})
 * @param namedCalls        calls that were asked for by name: {@code minDuration} leaves out idle waits ({@link IdleWaits}), but
 *     not those
 * @param subjects          what calls must be about to become spans; without {@code arguments} that is not known
 * @param maxSpansPerSecond spans of calls per second, at least 1; the rest is counted and left out, failures and slow
 *     calls last
 * @param parents           how spans get their parents
 * @param volume            which calls become spans of their own; the rest is folded
 * @param sampling          which calls are left out before that, and counted
 */
public record SpanOptions(
        int maxSpansPerTrace,
        Duration maxTraceAge,
        ErrorStatus errorStatus,
        ArgumentDetail arguments,
        boolean onlyErrors,
        Duration minDuration,
        boolean formerSourceNames,
        Predicate<Syscall> namedCalls,
        Subjects subjects,
        OptionalInt maxSpansPerSecond,
        ParentOptions parents,
        Volume volume,
        Sampling sampling) {

    /** Which failed calls carry status ERROR. */
    public enum ErrorStatus {
        /** All except those that nobody calls an error ({@link dev.renacer.tracer.syscall.ExpectedErrors}). */
        REAL_FAILURES,
        /** Every failed call. */
        ALL
    }

    /** Default of {@link #maxSpansPerTrace}: a size that Jaeger and Tempo show without difficulty. */
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
        if (arguments == ArgumentDetail.NONE && !subjects.isAny()) {
            throw new IllegalArgumentException("subjects need arguments: nothing else tells what a call is about");
        }
    }

    /** Slices of 5,000 spans or 60 s, ERROR for real failures, no arguments, a span for each call. */
    public static SpanOptions defaults() {
        return new SpanOptions(
                DEFAULT_MAX_SPANS_PER_TRACE,
                DEFAULT_MAX_TRACE_AGE,
                ErrorStatus.REAL_FAILURES,
                ArgumentDetail.NONE,
                false,
                Duration.ZERO,
                true,
                _ -> false,
                Subjects.ANY,
                OptionalInt.empty(),
                ParentOptions.DEFAULT,
                Volume.ALL,
                Sampling.NONE);
    }

    /** These options with another limit of spans. */
    public SpanOptions withMaxSpansPerTrace(int spans) {
        Draft draft = new Draft(this);
        draft.maxSpansPerTrace = spans;
        return draft.options();
    }

    /** These options with another age limit. */
    public SpanOptions withMaxTraceAge(Duration age) {
        Draft draft = new Draft(this);
        draft.maxTraceAge = age;
        return draft.options();
    }

    /** These options with another rule for status ERROR. */
    public SpanOptions withErrorStatus(ErrorStatus rule) {
        Draft draft = new Draft(this);
        draft.errorStatus = rule;
        return draft.options();
    }

    /** These options with more or less of the arguments. */
    public SpanOptions withArguments(ArgumentDetail detail) {
        Draft draft = new Draft(this);
        draft.arguments = detail;
        return draft.options();
    }

    /** These options with spans for failed calls only, or for all. */
    public SpanOptions withOnlyErrors(boolean only) {
        Draft draft = new Draft(this);
        draft.onlyErrors = only;
        return draft.options();
    }

    /** These options with spans only for calls that took at least this long. */
    public SpanOptions withMinDuration(Duration least) {
        Draft draft = new Draft(this);
        draft.minDuration = least;
        return draft.options();
    }

    /** These options with or without the former names of source attributes. */
    public SpanOptions withFormerSourceNames(boolean too) {
        Draft draft = new Draft(this);
        draft.formerSourceNames = too;
        return draft.options();
    }

    /** These options with calls that were asked for by name. */
    public SpanOptions withNamedCalls(Predicate<Syscall> named) {
        Draft draft = new Draft(this);
        draft.namedCalls = named;
        return draft.options();
    }

    /** These options with spans only for calls about these. */
    public SpanOptions withSubjects(Subjects about) {
        Draft draft = new Draft(this);
        draft.subjects = about;
        return draft.options();
    }

    /** These options with a limit of spans per second. */
    public SpanOptions withMaxSpansPerSecond(int spans) {
        Draft draft = new Draft(this);
        draft.maxSpansPerSecond = OptionalInt.of(spans);
        return draft.options();
    }

    /** These options with parents found so. */
    public SpanOptions withParents(ParentOptions how) {
        Draft draft = new Draft(this);
        draft.parents = how;
        return draft.options();
    }

    /** These options with more or fewer spans. */
    public SpanOptions withVolume(Volume much) {
        Draft draft = new Draft(this);
        draft.volume = much;
        return draft.options();
    }

    /** These options with rules that leave calls out. */
    public SpanOptions withSampling(Sampling rules) {
        Draft draft = new Draft(this);
        draft.sampling = rules;
        return draft.options();
    }

    /** Options that are being changed. */
    private static final class Draft {
        private int maxSpansPerTrace;
        private Duration maxTraceAge;
        private ErrorStatus errorStatus;
        private ArgumentDetail arguments;
        private boolean onlyErrors;
        private Duration minDuration;
        private boolean formerSourceNames;
        private Predicate<Syscall> namedCalls;
        private Subjects subjects;
        private OptionalInt maxSpansPerSecond;
        private ParentOptions parents;
        private Volume volume;
        private Sampling sampling;

        Draft(SpanOptions from) {
            maxSpansPerTrace = from.maxSpansPerTrace;
            maxTraceAge = from.maxTraceAge;
            errorStatus = from.errorStatus;
            arguments = from.arguments;
            onlyErrors = from.onlyErrors;
            minDuration = from.minDuration;
            formerSourceNames = from.formerSourceNames;
            namedCalls = from.namedCalls;
            subjects = from.subjects;
            maxSpansPerSecond = from.maxSpansPerSecond;
            parents = from.parents;
            volume = from.volume;
            sampling = from.sampling;
        }

        SpanOptions options() {
            return new SpanOptions(
                    maxSpansPerTrace,
                    maxTraceAge,
                    errorStatus,
                    arguments,
                    onlyErrors,
                    minDuration,
                    formerSourceNames,
                    namedCalls,
                    subjects,
                    maxSpansPerSecond,
                    parents,
                    volume,
                    sampling);
        }
    }
}
