// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import dev.renacer.capture.PrintableText;

/**
 * A command cannot continue. The message is the single line the user gets: what is wrong, then what to do about it,
 * separated by a semicolon.
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * @param exitCode  the command's exit code, 1 to 255
     */
    public CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** As {@link #CommandFailure(int, String)}, with the exception behind it. */
    public CommandFailure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The arguments make no sense: exit code 2, as a shell's builtins do. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    /** The command's exit code. */
    public int exitCode() {
        return exitCode;
    }

    /** What the user gets: the program's name and the message, in one line whatever the message contains. */
    public String line(String program) {
        return line(program, String.valueOf(getMessage()));
    }

    /** As {@link #line(String)}, for any message. It may contain text of others: names, arguments, a server's words. */
    static String line(String program, String message) {
        return program + ": " + PrintableText.line(message);
    }
}
