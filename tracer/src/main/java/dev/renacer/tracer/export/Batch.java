// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import dev.renacer.tracer.export.encoding.SpanRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The spans of one export request and the targets they belong to. Used only by the export thread; never changed once
 * sent.
 */
final class Batch {
    /** Some of a target's spans; shares follow each other in the order of the spans. */
    private record Share(TargetQueue target, Segment segment) {}

    private final List<Share> shares = new ArrayList<>();
    private final long createdNanos;
    private int size;

    Batch(long createdNanos) {
        this.createdNanos = createdNanos;
    }

    /** Takes at most {@code max} spans of a target. */
    void takeFrom(TargetQueue target, int max) {
        for (Segment segment : target.drain(max)) {
            add(target, segment);
        }
    }

    private void add(TargetQueue target, Segment segment) {
        shares.add(new Share(target, segment));
        size += segment.spans();
    }

    /** The request that it is. */
    SpanRequest request() {
        SpanRequest request = new SpanRequest();
        shares.forEach(share -> share.segment().addTo(request));
        return request;
    }

    int size() {
        return size;
    }

    long createdNanos() {
        return createdNanos;
    }

    /** The two halves, in order, which take its place. Only for a batch of more than one span. */
    List<Batch> halves() {
        int left = size / 2;
        Batch first = new Batch(createdNanos);
        Batch second = new Batch(createdNanos);
        for (Share share : shares) {
            Segment segment = share.segment();
            if (segment.spans() <= left) {
                first.add(share.target(), segment);
            } else if (left == 0) {
                second.add(share.target(), segment);
            } else {
                first.add(share.target(), segment.first(left));
                second.add(share.target(), segment.rest(left));
                segment.release();
            }
            left = Math.max(left - segment.spans(), 0);
        }
        return List.of(first, second);
    }

    /**
     * The collector took the batch except for {@code rejected} spans. It does not say which: with several targets in
     * the batch each bears its proportion of them, so the sum is exact and a target's part is an estimate.
     */
    void accepted(long rejected) {
        long left = Math.min(rejected, size);
        int begin = 0;
        for (Share share : shares) {
            int spans = share.segment().spans();
            long refused = Math.ceilDiv(left * spans, size - begin);
            share.target().exported(share.segment(), refused);
            left -= refused;
            begin += spans;
        }
    }

    /** The batch will never arrive. */
    void failed() {
        shares.forEach(share -> share.target().failed(share.segment()));
    }

    /** No answer came: the request may still be under way when the batch is sent again, and when it is settled. */
    void unanswered() {
        shares.forEach(share -> share.segment().mayBeRead());
    }

    /** The targets that have spans in it. */
    List<TargetQueue> targets() {
        return shares.stream().map(Share::target).distinct().toList();
    }
}
