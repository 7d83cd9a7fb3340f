// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

import dev.renacer.tracer.export.CallSpan;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.metric.CallSeries.Exemplar;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Lets metrics know which calls have spans, for their exemplars.
 *
 * @param sink     takes the spans
 * @param metrics  told of those it has taken
 */
public record ExemplarSink(SpanSink sink, CallMetrics metrics) implements SpanSink {
    @Override
    public boolean offer(SpanData span) {
        boolean taken = sink.offer(span);
        if (taken && span instanceof CallSpan call && !call.isSummary()) {
            metrics.told(
                    call.call(),
                    call.errorType(),
                    new Exemplar(
                            span.getTraceId(),
                            span.getSpanId(),
                            span.getEndEpochNanos() - span.getStartEpochNanos(),
                            span.getEndEpochNanos()));
        }
        return taken;
    }

    @Override
    public boolean keepsSpans() {
        return sink.keepsSpans();
    }

    @Override
    public void overBudget() {
        sink.overBudget();
    }

    @Override
    public Counts counts() {
        return sink.counts();
    }

    @Override
    public CallFates fates() {
        return sink.fates();
    }

    @Override
    public void giveUp() {
        sink.giveUp();
    }
}
