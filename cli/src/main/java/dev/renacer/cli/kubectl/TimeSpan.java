// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandFailure;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads lengths of time on the command line: a number with one of the units us, ms, s, m, h and d; seconds without a unit. */
final class TimeSpan {
    private static final Pattern FORM = Pattern.compile("(?<number>[0-9]{1,9})(?<unit>us|ms|s|m|h|d)?");

    private TimeSpan() {}

    /**
     * Reads a length.
     *
     * @param option   for the message
     * @param example  likewise
     * @throws CommandFailure if it is malformed, out of range, or no whole number of {@code grain}
     */
    static Duration parse(String option, String text, String example, Duration least, Duration most, Duration grain) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw CommandFailure.usage("'" + text + "' is no length of time; write it as " + option + " " + example);
        }
        Duration unit = switch (form.group("unit")) {
            case "us" -> Duration.ofNanos(1_000);
            case "ms" -> Duration.ofMillis(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            case null, default -> Duration.ofSeconds(1);
        };
        Duration length = unit.multipliedBy(Long.parseLong(form.group("number")));
        if (length.compareTo(least) < 0 || length.compareTo(most) > 0) {
            throw CommandFailure.usage(
                    option + " " + text + " is out of range; allowed are " + text(least) + " to " + text(most));
        }
        if (!grain.multipliedBy(length.dividedBy(grain)).equals(length)) {
            throw CommandFailure.usage(option + " " + text + " is too fine; the smallest step is " + text(grain));
        }
        return length;
    }

    private static String text(Duration length) {
        if (length.toDays() > 0) {
            return length.toDays() + "d";
        }
        if (length.toHours() > 0) {
            return length.toHours() + "h";
        }
        return length.toSeconds() > 0 || length.isZero() ? length.toSeconds() + "s" : length.toNanos() / 1_000 + "us";
    }
}
