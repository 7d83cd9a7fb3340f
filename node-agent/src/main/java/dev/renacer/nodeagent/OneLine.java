// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import java.util.LinkedHashSet;
import java.util.Set;

/** A failure in one line for a log: its message and those of its causes that say more. */
final class OneLine {
    private OneLine() {}

    static String of(Throwable failure) {
        Set<String> messages = new LinkedHashSet<>();
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 5; depth++, at = at.getCause()) {
            String message = at.getMessage();
            messages.add(
                    clean(message == null || message.isBlank() ? at.getClass().getSimpleName() : message));
        }
        return String.join(": ", messages);
    }

    /** Without control characters. */
    static String clean(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
