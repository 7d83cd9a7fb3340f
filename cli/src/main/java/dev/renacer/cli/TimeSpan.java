// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads lengths of time on the command line: numbers with the units d, h, m, s, ms and us, each once and the longer first, such as
 * {@code 1h30m}; a number without a unit is seconds.
 */
public final class TimeSpan {
    private enum Unit {
        D("d", Duration.ofDays(1)),
        H("h", Duration.ofHours(1)),
        M("m", Duration.ofMinutes(1)),
        S("s", Duration.ofSeconds(1)),
        MS("ms", Duration.ofMillis(1)),
        US("us", Duration.ofNanos(1_000));

        private final String spelling;
        private final Duration length;

        Unit(String spelling, Duration length) {
            this.spelling = spelling;
            this.length = length;
        }
    }

    private static final String NUMBER = "[0-9]{1,9}";
    private static final Pattern SECONDS = Pattern.compile(NUMBER);
    private static final Pattern FORM = Pattern.compile(Arrays.stream(Unit.values())
            .map(unit -> "(?:(?<" + unit.spelling + ">" + NUMBER + ")" + unit.spelling + ")?")
            .collect(Collectors.joining("", "(?=.)", "")));

    private TimeSpan() {}

    /**
     * Reads a length.
     *
     * @param option   for the message
     * @param example  likewise
     * @throws CommandFailure if it is malformed, out of range, or no whole number of {@code grain}
     */
    public static Duration parse(
            String option, String text, String example, Duration least, Duration most, Duration grain) {
        boolean seconds = SECONDS.matcher(text).matches();
        String given = option + " " + text + (seconds ? " (seconds)" : "");
        Duration length = seconds ? Duration.ofSeconds(Long.parseLong(text)) : sum(text);
        if (length.isNegative()) {
            throw CommandFailure.usage("'" + text + "' is not a duration; write it as " + option + " " + example
                    + ", or as a number of seconds");
        }
        if (length.compareTo(least) < 0 || length.compareTo(most) > 0) {
            throw CommandFailure.usage(given + " is out of range; allowed are " + text(least) + " to " + text(most));
        }
        if (!grain.multipliedBy(length.dividedBy(grain)).equals(length)) {
            throw CommandFailure.usage(given + " is too fine; the smallest step is " + text(grain));
        }
        return length;
    }

    /** Negative if it is not a length. */
    private static Duration sum(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Duration.ofNanos(-1);
        }
        Duration sum = Duration.ZERO;
        for (Unit unit : Unit.values()) {
            String number = form.group(unit.spelling);
            sum = number == null ? sum : sum.plus(unit.length.multipliedBy(Long.parseLong(number)));
        }
        return sum;
    }

    private static String text(Duration length) {
        if (length.toDays() > 0) {
            return length.toDays() + "d";
        }
        if (length.toHours() > 0) {
            return length.toHours() + "h";
        }
        if (length.toSeconds() > 0 || length.isZero()) {
            return length.toSeconds() + "s";
        }
        return length.toMillis() > 0 ? length.toMillis() + "ms" : length.toNanos() / 1_000 + "us";
    }
}
