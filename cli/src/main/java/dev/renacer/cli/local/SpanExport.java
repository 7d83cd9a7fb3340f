// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureStats;
import dev.renacer.cli.Signals;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.export.OtlpSpanPipeline;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.metric.MetricExport;
import dev.renacer.tracer.span.SpanAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The export of one trace's spans, from the listener that makes them to the report about their fate. */
final class SpanExport {
    private static final long PAUSE_NANOS = 1_000_000;

    private static final String ENDED_BY_USER = "Ctrl-C ended the wait for the collector";

    private final OtlpSpanPipeline pipeline;
    private final SpanSink sink;
    private final SpanAssembler assembler;
    private final int capacity;
    private final boolean folds;
    private final Optional<MetricExport> metrics;

    /**
     * @param capacity  how many spans may wait
     * @param folds     whether some calls have no spans of their own
     * @param metrics   what is exported beside the spans
     */
    SpanExport(
            OtlpSpanPipeline pipeline,
            SpanSink sink,
            SpanAssembler assembler,
            int capacity,
            boolean folds,
            Optional<MetricExport> metrics) {
        this.metrics = metrics;
        this.folds = folds;
        this.capacity = capacity;
        this.pipeline = pipeline;
        this.sink = sink;
        this.assembler = assembler;
    }

    /** Make the metrics and the spans; in this order. */
    List<TraceListener> listeners() {
        return Stream.concat(metrics.map(MetricExport::listener).stream(), Stream.of(assembler))
                .toList();
    }

    /** Holds up a trace that comes faster than its spans are taken, which one that is recorded may be. */
    TraceListener pace() {
        return new TraceListener() {
            @Override
            public void onCall(SyscallCall call) {}

            @Override
            public void onEvent(TraceEvent event) {}

            @Override
            public void onIdle() {
                while (sink.counts().pending() > capacity / 2
                        && !Thread.currentThread().isInterrupted()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        };
    }

    /** What to tell the user if spans lack who held a lock. */
    Optional<String> withoutLockHolders() {
        return assembler
                .lockHolderFailure()
                .map(failure -> "renacer: no span says who held the lock of a file that was waited for: " + failure);
    }

    /** What to tell the user if calls have no span because nobody records the trace they were made for. */
    Optional<String> unsampled() {
        long calls = assembler.unsampledCalls();
        return calls == 0
                ? Optional.empty()
                : Optional.of("renacer: " + calls + (calls == 1 ? " call has" : " calls have")
                        + " no span, because nobody records the trace they were made for (its flag sampled is 0);"
                        + " --otlp-unsampled exports such calls too");
    }

    /**
     * What to tell the user if it is not known for which request calls were made. Where the program publishes that itself,
     * it does not matter that a request was not seen, or is not believed to be its thread's.
     */
    static Optional<String> withoutRequests(ToLongFunction<RequestGap> missing, CaptureStats.Contexts contexts) {
        String where = RequestGap.words(gap -> contexts.read() == 0 || isOfHttp(gap) ? missing.applyAsLong(gap) : 0);
        return where.isEmpty()
                ? Optional.empty()
                : Optional.of("renacer: for which request calls were made is not known where there were " + where
                        + ": such calls stay under their process");
    }

    private static boolean isOfHttp(RequestGap gap) {
        return gap.isOfConnections() && gap != RequestGap.ENCRYPTED;
    }

    /** What to tell the user if the program publishes for which span its threads work, and that is lost. */
    static List<String> lostContexts(CaptureStats.Contexts contexts) {
        List<String> lines = new ArrayList<>();
        if (contexts.unreadable() != 0) {
            lines.add("renacer: what the program publishes about its threads (OTEP 4947) could not be read at "
                    + contexts.unreadable() + " calls; their spans stay under their process");
        }
        if (contexts.unresolved() != 0) {
            lines.add("renacer: " + contexts.unresolved()
                    + (contexts.unresolved() == 1 ? " program publishes" : " programs publish")
                    + " about the threads (OTEP 4947) where it cannot be found: the variable has no name (an option of the"
                    + " linker is missing, or symbols were stripped), the C library is neither glibc 2.34 or newer nor"
                    + " musl, or the form is another; spans stay under their process");
        }
        return List.copyOf(lines);
    }

    /** What has become of the calls, if some have no spans of their own. To be called once the export is closed. */
    Optional<String> fates() {
        if (!folds) {
            return Optional.empty();
        }
        SpanSink.CallFates calls = sink.fates();
        long lost = calls.lost() + calls.pending() + assembler.callsUnseen();
        return Optional.of(String.format(
                Locale.ROOT,
                "renacer: %d calls: %d are spans, %d are folded into others, %d were sampled out, %d are lost; %d spans were made",
                assembler.callsMade(),
                calls.exported(),
                calls.folded(),
                assembler.callsSampled(),
                lost,
                assembler.spansMade()));
    }

    /**
     * Sends what is left, for at most 5 s, or 30 s if the collector asks for time or was there before, and ends the export. Ctrl-C gives up
     * the rest.
     *
     * @return what to tell the user if spans were lost
     */
    Optional<String> close() {
        Optional<String> unsent = closeSpans();
        Optional<String> unmeasured = metrics.flatMap(MetricExport::close)
                .map(cause -> "renacer: the metrics were not exported (" + cause
                        + "); leave out --otlp-metrics if the receiver takes none");
        return unsent.isPresent() && unmeasured.isPresent()
                ? Optional.of(unsent.get() + "; " + unmeasured.get())
                : unsent.or(() -> unmeasured);
    }

    private Optional<String> closeSpans() {
        AtomicBoolean endedByUser = new AtomicBoolean();
        Signals.INT.handle(_ -> {
            endedByUser.set(true);
            pipeline.hurry();
        });
        pipeline.closePatiently();
        SpanSink.Counts counts = sink.counts();
        long missing = counts.offered() - counts.exported();
        if (missing == 0) {
            return Optional.empty();
        }
        // What to do about it has been told.
        String cause = endedByUser.get()
                ? ENDED_BY_USER
                : pipeline.lastFailure()
                        .map(told -> told.replaceFirst(" \\(.*", ""))
                        .orElse("the collector was slower than the program");
        return Optional.of(
                "renacer: " + missing + " of " + counts.offered() + " spans were not exported (" + cause + ")");
    }
}
