// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import java.util.regex.Pattern;

/** Text from outside (a collector, the environment, the system) made fit for one line of a terminal. */
public final class TerminalLine {
    private static final int MAX_LENGTH = 300;
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private TerminalLine() {}

    /** Without control characters, and cut at 300 characters. */
    public static String of(String text) {
        String head = head(text, 4 * MAX_LENGTH);
        String clean = CONTROL.matcher(BLANKS.matcher(head).replaceAll(" "))
                .replaceAll("?")
                .strip();
        return clean.length() > MAX_LENGTH ? head(clean, MAX_LENGTH) + "..." : clean;
    }

    /** At most so many characters, and no half of a surrogate pair. */
    private static String head(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
}
