// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import java.time.Instant;

/** The time of day as OTLP counts it. */
final class EpochClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private EpochClock() {}

    /** Nanoseconds since the epoch, now. */
    static long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
    }
}
