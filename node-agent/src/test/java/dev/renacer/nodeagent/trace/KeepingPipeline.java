// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.tracer.export.OtlpPipeline;
import dev.renacer.tracer.export.SpanSink;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the spans of a test's trace.
 *
 * @param spans  they are added here, by the trace's consumer thread
 */
record KeepingPipeline(List<SpanData> spans) implements OtlpPipeline {
    @Override
    public SpanSink target(String name) {
        return new KeepingSink(spans);
    }

    @Override
    public Optional<String> lastFailure() {
        return Optional.empty();
    }

    @Override
    public boolean flush(Duration deadline) {
        return true;
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private record KeepingSink(List<SpanData> spans) implements SpanSink {
        @Override
        public boolean offer(SpanData span) {
            return spans.add(span);
        }

        @Override
        public void overBudget() {
            throw new AssertionError("there is budget for all");
        }

        @Override
        public Counts counts() {
            return new Counts(spans.size(), spans.size(), 0, 0, 0, 0);
        }

        @Override
        public void giveUp() {
            // Nothing waits.
        }
    }
}
