// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;

/**
 * The spans of one export request and the targets they belong to. Used only by the export thread; never changed once
 * sent.
 */
final class Batch {
    /** How many of the batch's spans belong to a target; shares follow each other in the order of the spans. */
    private record Share(TargetQueue target, int spans) {}

    private final List<SpanData> spans;
    private final List<Share> shares = new ArrayList<>();
    private final long createdNanos;

    Batch(int expected, long createdNanos) {
        this.spans = new ArrayList<>(expected);
        this.createdNanos = createdNanos;
    }

    /** Takes at most {@code max} spans of a target. */
    void takeFrom(TargetQueue target, int max) {
        int taken = target.drainTo(spans, max);
        if (taken > 0) {
            shares.add(new Share(target, taken));
        }
    }

    List<SpanData> spans() {
        return spans;
    }

    int size() {
        return spans.size();
    }

    long createdNanos() {
        return createdNanos;
    }

    /** The two halves, in order. Only for a batch of more than one span. */
    List<Batch> halves() {
        int middle = spans.size() / 2;
        return List.of(part(0, middle), part(middle, spans.size()));
    }

    private Batch part(int from, int to) {
        Batch part = new Batch(to - from, createdNanos);
        part.spans.addAll(spans.subList(from, to));
        int position = 0;
        for (Share share : shares) {
            int overlap = Math.min(to, position + share.spans()) - Math.max(from, position);
            if (overlap > 0) {
                part.shares.add(new Share(share.target(), overlap));
            }
            position += share.spans();
        }
        return part;
    }

    /**
     * The collector took the batch except for {@code rejected} spans. It does not say which: with several targets in
     * the batch each bears its proportion of them, so the sum is exact and a target's part is an estimate.
     */
    void accepted(long rejected) {
        long left = Math.min(rejected, spans.size());
        int begin = 0;
        for (Share share : shares) {
            long refused = Math.ceilDiv(left * share.spans(), spans.size() - begin);
            share.target().exported(spans.subList(begin, begin + share.spans()), refused);
            left -= refused;
            begin += share.spans();
        }
    }

    /** The batch will never arrive. */
    void failed() {
        int begin = 0;
        for (Share share : shares) {
            share.target().failed(spans.subList(begin, begin + share.spans()));
            begin += share.spans();
        }
    }

    /** The targets that have spans in it. */
    List<TargetQueue> targets() {
        return shares.stream().map(Share::target).distinct().toList();
    }
}
