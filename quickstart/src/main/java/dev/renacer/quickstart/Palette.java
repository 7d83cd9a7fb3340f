// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Colours, where there is a terminal to show them. */
enum Palette {
    /** For a file, a pipe, or NO_COLOR. */
    PLAIN,
    /** ANSI escape sequences. */
    COLOURED;

    private static final String RESET = "\u001b[0m";

    /** Coloured if stdout is a terminal and NO_COLOR (no-color.org) is not set. */
    static Palette ofStdout() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            boolean terminal = target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
            return terminal && System.getenv("NO_COLOR") == null ? COLOURED : PLAIN;
        } catch (IOException e) {
            return PLAIN; // no /proc: the rest of the demonstration will say so
        }
    }

    String heading(String text) {
        return in("\u001b[1m", text);
    }

    String error(String text) {
        return in("\u001b[31m", text);
    }

    String good(String text) {
        return in("\u001b[32m", text);
    }

    String quiet(String text) {
        return in("\u001b[2m", text);
    }

    private String in(String colour, String text) {
        return this == PLAIN ? text : colour + text + RESET;
    }
}
