// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

/** Exit codes of both commands, if they do not pass on that of a traced program. */
public final class ExitCode {
    /** Done. */
    public static final int SUCCESS = 0;
    /** The target, the cluster or an output refused. */
    public static final int FAILURE = 1;
    /** The arguments make no sense. */
    public static final int USAGE = 2;
    /** The program to launch exists but cannot be executed; POSIX.1-2024, shell exit status. */
    public static final int NOT_EXECUTABLE = 126;
    /** The program to launch was not found; POSIX.1-2024, shell exit status. */
    public static final int NOT_FOUND = 127;

    private static final int SIGNAL_BASE = 128;

    private ExitCode() {}

    /** What a shell reports for a command that this signal ended. */
    public static int ofSignal(int signal) {
        return SIGNAL_BASE + signal;
    }
}
