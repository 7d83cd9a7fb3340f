// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.util.OptionalInt;

/**
 * What became of a child, as waitpid(2) reports it.
 *
 * @param bits  its {@code wstatus}
 */
public record WaitStatus(int bits) {
    private static final int SIGNAL_MASK = 0x7f;
    private static final int STOPPED = 0x7f;
    private static final int CODE_SHIFT = 8;
    private static final int CODE_MASK = 0xff;

    /** Whether it still lives, stopped by job control. */
    public boolean stopped() {
        return (bits & CODE_MASK) == STOPPED;
    }

    /** Its exit code, if it exited. */
    public OptionalInt exitCode() {
        return (bits & SIGNAL_MASK) == 0 ? OptionalInt.of(bits >> CODE_SHIFT & CODE_MASK) : OptionalInt.empty();
    }

    /** The signal that killed it, if one did. */
    public OptionalInt termSignal() {
        int signal = bits & SIGNAL_MASK;
        return signal == 0 || signal == STOPPED ? OptionalInt.empty() : OptionalInt.of(signal);
    }
}
