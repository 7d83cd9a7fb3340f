// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

/**
 * How large a request may be, before compression. It begins at the 4 MiB that a gRPC server takes by default, and sinks below what a
 * receiver or a proxy in between has refused, so that only the first request of a size is sent in vain. Thread-safe.
 */
final class RequestLimit {
    /** Room for what is added to a request after its size was told: the entities of a hundred resources. */
    private static final int ENTITIES_BYTES = 64 * 1_024;

    /** What gRPC servers take unless they are told otherwise, and so the OpenTelemetry Collector. */
    static final int FIRST_BYTES = 4 * 1_024 * 1_024 - ENTITIES_BYTES;

    /** A smaller limit is not learned: one strange answer would make a request of each span from then on. */
    static final int LEAST_BYTES = 64 * 1_024;

    private volatile int bytes = FIRST_BYTES;
    private volatile boolean off;

    /** Whether a request of this size is worth sending. */
    boolean admits(int size) {
        return off || size <= bytes;
    }

    /** A request of this size was too large. */
    void refused(int size) {
        bytes = Math.clamp(size - 1L, LEAST_BYTES, bytes);
    }

    /** Whether the next request cannot be made smaller: then it is the receiver's to refuse it. */
    void indivisible(boolean next) {
        off = next;
    }

    /** What is said of a request that is not sent. */
    ExportOutcome tooLarge(int size) {
        return new ExportOutcome.TooLarge(
                "a request of " + size + " bytes is larger than the " + bytes + " the receiver takes");
    }
}
