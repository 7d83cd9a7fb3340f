// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.look;

import java.util.List;

/**
 * The call that a sleeping thread is in, as /proc/PID/task/TID/syscall shows it (proc_pid_syscall(5)).
 *
 * @param pid                 of the process, in this PID namespace
 * @param tid                 of the thread, likewise
 * @param auditArch           AUDIT_ARCH_* of its call (linux/audit.h); the file does not say so, its reader must know
 * @param number              in the table of that
 * @param arguments           the six registers
 * @param stackPointer        of the program
 * @param instructionPointer  likewise
 */
public record CallInFlight(
        int pid, int tid, int auditArch, int number, List<Long> arguments, long stackPointer, long instructionPointer) {
    private static final int ARGUMENTS = 6;

    public CallInFlight {
        arguments = List.copyOf(arguments);
        if (arguments.size() != ARGUMENTS) {
            throw new IllegalArgumentException("a call has 6 arguments, not " + arguments.size());
        }
    }
}
