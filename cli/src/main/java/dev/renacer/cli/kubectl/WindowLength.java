// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code --duration}: whole seconds, or a number with one of the units s, m and h. */
final class WindowLength {
    /** The longest window the resource allows. */
    static final int MAX_SECONDS = 3600;

    private static final Pattern FORM = Pattern.compile("(?<number>[0-9]{1,9})(?<unit>[smh]?)");

    private WindowLength() {}

    /**
     * Reads a length.
     *
     * @return seconds, 1 to 3,600
     * @throws CommandFailure if it is malformed or out of range
     */
    static int parseSeconds(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw CommandFailure.usage("'" + text + "' is no duration; write it as --duration 90s, 5m or 1h");
        }
        long factor = switch (form.group("unit")) {
            case "m" -> 60;
            case "h" -> 3600;
            default -> 1;
        };
        long seconds = Long.parseLong(form.group("number")) * factor;
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw CommandFailure.usage("duration " + text + " is out of range; allowed are 1s to 1h");
        }
        return (int) seconds;
    }
}
