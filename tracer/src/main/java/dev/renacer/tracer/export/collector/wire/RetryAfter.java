// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** HTTP's header Retry-After (RFC 9110, section 10.2.3): seconds, or a date. */
public final class RetryAfter {
    /** Longer than anybody waits; prevents sums of times from overflowing. */
    private static final Duration MAX = Duration.ofDays(1);

    private RetryAfter() {}

    /**
     * How long to wait; empty if the value has neither form.
     *
     * @param date  the response's Date: a difference from it does not depend on the clocks agreeing
     */
    public static Optional<Duration> parse(String value, Optional<String> date) {
        String text = value.strip();
        if (!text.isEmpty() && text.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return Optional.of(text.length() > 9 ? MAX : bounded(Duration.ofSeconds(Long.parseLong(text))));
        }
        return instant(text)
                .map(until -> bounded(
                        Duration.between(date.flatMap(RetryAfter::instant).orElseGet(Instant::now), until)));
    }

    /** Between nothing and a day. */
    public static Duration bounded(Duration asked) {
        return asked.isNegative() ? Duration.ZERO : asked.compareTo(MAX) > 0 ? MAX : asked;
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
