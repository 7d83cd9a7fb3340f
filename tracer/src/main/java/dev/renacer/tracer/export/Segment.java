// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import dev.renacer.tracer.export.encoding.SpanGroup;
import dev.renacer.tracer.export.encoding.SpanRequest;

/**
 * Encoded spans that follow each other in a chunk and are of one kind: calls, spans that stand for no call, or one summary. It grows
 * only while it waits.
 */
final class Segment {
    /** So many spans are in a segment at most: the most that a target puts into a batch in one turn need not be divided. */
    private static final int MOST_SPANS = 256;

    private static final int MORE = 0x80;
    private static final int SEVEN_BITS = 0x7f;

    private final Chunk chunk;
    private final SpanGroup group;
    private final long callsEach;
    private final boolean summary;
    private final int from;
    private int to;
    private int spans;

    /** An empty one behind what is in the chunk. */
    Segment(Chunk chunk, SpanGroup group, long callsEach, boolean summary) {
        this(chunk, group, callsEach, summary, chunk.used(), chunk.used(), 0);
    }

    private Segment(Chunk chunk, SpanGroup group, long callsEach, boolean summary, int from, int to, int spans) {
        this.chunk = chunk;
        this.group = group;
        this.callsEach = callsEach;
        this.summary = summary;
        this.from = from;
        this.to = to;
        this.spans = spans;
        chunk.use();
    }

    /** Whether a span of this kind belongs to it. */
    @SuppressWarnings("ReferenceEquality") // that is what makes groups equal
    boolean takes(SpanGroup of, long calls, boolean isSummary) {
        return group == of && callsEach == calls && summary == isSummary && spans < MOST_SPANS;
    }

    /** Appends one; the chunk has room for it. */
    void append(byte[] span, int length) {
        chunk.append(span, length);
        to += length;
        spans++;
    }

    int spans() {
        return spans;
    }

    int bytes() {
        return to - from;
    }

    /** How many calls its spans stand for. */
    long calls() {
        return callsEach * spans;
    }

    /** Whether these are calls in a summary. */
    boolean isSummary() {
        return summary;
    }

    void addTo(SpanRequest request) {
        request.add(group, chunk.bytes(), from, to, spans);
    }

    /** The first so many of its spans, which are not all; {@link #rest} are the others. Both take its place. */
    Segment first(int count) {
        return new Segment(chunk, group, callsEach, summary, from, end(count), count);
    }

    Segment rest(int count) {
        return new Segment(chunk, group, callsEach, summary, end(count), to, spans - count);
    }

    /** Where so many of its spans end. Each begins with a tag of one byte and its length as a varint. */
    private int end(int count) {
        byte[] bytes = chunk.bytes();
        int at = from;
        for (int passed = 0; passed < count; passed++) {
            int length = 0;
            int shift = 0;
            do {
                at++;
                length |= (bytes[at] & SEVEN_BITS) << shift;
                shift += 7;
            } while ((bytes[at] & MORE) != 0);
            at += 1 + length;
        }
        return at;
    }

    /** A request may still read it, though nobody waits for that any more. */
    void mayBeRead() {
        chunk.mayBeRead();
    }

    /** Its spans are not needed any more. */
    void release() {
        chunk.release();
    }
}
