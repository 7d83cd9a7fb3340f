// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.refusal;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** A failure in one line for a log: its message and those of its causes that say more. */
public final class LogText {
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");

    private LogText() {}

    /** The messages of a failure and of its first four causes, each once, without what could break the line. */
    public static String of(Throwable failure) {
        Set<String> messages = new LinkedHashSet<>();
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 5; depth++, at = at.getCause()) {
            String message = at.getMessage();
            messages.add(
                    clean(message == null || message.isBlank() ? at.getClass().getSimpleName() : message));
        }
        return String.join(": ", messages);
    }

    /**
     * Without what could break a line or disguise it: control characters (also those above ASCII), line and paragraph
     * separators, and format characters such as those that turn the direction of writing.
     */
    public static String clean(String text) {
        return UNPRINTABLE.matcher(text).replaceAll(" ").strip();
    }
}
