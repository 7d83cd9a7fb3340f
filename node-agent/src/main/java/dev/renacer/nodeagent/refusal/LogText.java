// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.refusal;

import dev.renacer.crds.UserText;
import java.util.LinkedHashSet;
import java.util.Set;

/** A failure in one line for a log: its message, and the messages of its causes that add something. */
public final class LogText {
    private LogText() {}

    /** The messages of a failure and of its first four causes, each once. */
    public static String of(Throwable failure) {
        Set<String> messages = new LinkedHashSet<>();
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 5; depth++, at = at.getCause()) {
            String message = at.getMessage();
            messages.add(UserText.line(
                    message == null || message.isBlank() ? at.getClass().getSimpleName() : message));
        }
        return String.join(": ", messages);
    }
}
