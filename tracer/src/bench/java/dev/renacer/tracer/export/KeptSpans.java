// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;

/** Keeps the spans of calls. */
public final class KeptSpans implements SpanSink {
    private final List<SpanData> spans = new ArrayList<>();

    /** Those so far. */
    public List<SpanData> spans() {
        return spans;
    }

    @Override
    public boolean offer(SpanData span) {
        if (span instanceof CallSpan) {
            spans.add(span);
        }
        return true;
    }

    @Override
    public void overBudget() {}

    @Override
    public Counts counts() {
        return new Counts(spans.size(), spans.size(), 0, 0, 0, 0);
    }

    @Override
    public void giveUp() {}
}
