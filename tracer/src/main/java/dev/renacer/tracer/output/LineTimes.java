// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import java.time.Instant;
import java.time.zone.ZoneRules;
import java.util.function.Supplier;

/** Writes the times a line begins with, as strace does. Not thread-safe. */
final class LineTimes {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int NANOS_PER_MICRO = 1000;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int SECONDS_PER_HOUR = 3600;
    private static final int SECONDS_PER_MINUTE = 60;
    /** The offset of a zone changes at full quarters of an hour only. */
    private static final int SECONDS_PER_QUARTER = 900;

    private static final int RELATIVE_WIDTH = 6;

    private final LineStyle style;
    /** Asked for only if a time of day is written: time zones take some ms to read. */
    private final Supplier<ZoneRules> zone;

    private long quarter = Long.MIN_VALUE;
    private int offset;
    private long before = Long.MIN_VALUE;

    LineTimes(LineStyle style, Supplier<ZoneRules> zone) {
        this.style = style;
        this.zone = zone;
    }

    /** Writes the times of a line, each followed by a blank. */
    void append(StringBuilder line, long epochNanos) {
        if (style.clock() != LineStyle.Clock.NONE) {
            clock(line, epochNanos);
            line.append(' ');
        }
        if (style.relative()) {
            relative(line, before == Long.MIN_VALUE ? 0 : epochNanos - before);
            before = epochNanos;
        }
    }

    private void clock(StringBuilder line, long epochNanos) {
        if (style.clock() == LineStyle.Clock.EPOCH) {
            Decimals.seconds(line, epochNanos);
            return;
        }
        long seconds = Math.floorDiv(epochNanos, NANOS_PER_SECOND);
        int ofDay = Math.floorMod(seconds + offset(seconds), SECONDS_PER_DAY);
        Decimals.padded(line, ofDay / SECONDS_PER_HOUR, 10);
        line.append(':');
        Decimals.padded(line, ofDay / SECONDS_PER_MINUTE % SECONDS_PER_MINUTE, 10);
        line.append(':');
        Decimals.padded(line, ofDay % SECONDS_PER_MINUTE, 10);
        if (style.clock() == LineStyle.Clock.MICROSECONDS) {
            line.append('.');
            Decimals.padded(line, Math.floorMod(epochNanos, NANOS_PER_SECOND) / NANOS_PER_MICRO, 100_000);
        }
    }

    private int offset(long seconds) {
        long now = Math.floorDiv(seconds, SECONDS_PER_QUARTER);
        if (now != quarter) {
            quarter = now;
            offset = zone.get().getOffset(Instant.ofEpochSecond(seconds)).getTotalSeconds();
        }
        return offset;
    }

    /** A call may have begun before the one whose line is before it. */
    private void relative(StringBuilder line, long nanos) {
        boolean beside = style.clock() != LineStyle.Clock.NONE;
        line.append(beside ? "(+" : "");
        int start = line.length();
        long since = Math.max(nanos, 0);
        for (long digits = since / NANOS_PER_SECOND, width = 1; width < RELATIVE_WIDTH; width++) {
            digits /= 10;
            if (digits == 0) {
                line.append(' ');
            }
        }
        assert line.length() - start < RELATIVE_WIDTH;
        Decimals.seconds(line, since);
        line.append(beside ? ") " : " ");
    }
}
