// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.util.Arrays;

/**
 * The standard output that this process was started with. The launcher puts {@code /dev/null} in place of one that was
 * closed, so that no other file takes its number; a write to it does not fail.
 */
public final class StandardOutput {
    /** Of what the launcher has recorded (native/src/main/c/launcher/launch_state.h): the ranges of open descriptors. */
    private static final String DESCRIPTORS = "fds=";

    private static final int NUMBER = 1;

    private StandardOutput() {}

    /**
     * To be called before something is written there that was asked for.
     *
     * @throws CommandFailure if it was closed
     */
    public static void require() {
        String inherited = System.getProperty("renacer.inherited");
        if (inherited != null && !isOpen(inherited)) {
            throw new CommandFailure(
                    ExitCode.FAILURE, "cannot write to standard output: it is closed; leave out >&-, or name a file");
        }
    }

    private static boolean isOpen(String inherited) {
        for (String field : inherited.split(";", -1)) {
            if (field.startsWith(DESCRIPTORS)) {
                return Arrays.stream(field.substring(DESCRIPTORS.length()).split(",", -1))
                        .anyMatch(StandardOutput::contains);
            }
        }
        return true;
    }

    /** Whether it is the one of a range {@code FIRST-LAST} or {@code FIRST}. */
    private static boolean contains(String range) {
        String[] ends = range.split("-", 2);
        return !range.isEmpty() && Long.parseLong(ends[0]) <= NUMBER && Long.parseLong(ends[ends.length - 1]) >= NUMBER;
    }
}
