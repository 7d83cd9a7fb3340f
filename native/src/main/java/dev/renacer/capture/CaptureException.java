// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.util.OptionalInt;

/**
 * A target could not be captured. The message names the cause and the next step in one line that a user can act on; {@link
 * #reason()} is for programs.
 */
public class CaptureException extends Exception {
    /** Why, from a closed set. */
    public enum Reason {
        /** No process has this pid (ESRCH). */
        NO_SUCH_PROCESS,
        /** Another tracer holds the target (TracerPid names it). */
        ALREADY_TRACED,
        /** The target traces another process itself (a debugger, strace): our stops would delay that one, too. */
        IS_TRACER,
        /** Yama's ptrace_scope forbids it. */
        YAMA_DENIED,
        /** Not the target's user and no CAP_SYS_PTRACE, or the target is not dumpable. */
        PERMISSION_DENIED,
        /** A kernel thread has no user space. */
        KERNEL_THREAD,
        /** The tracer itself. */
        SELF,
        /** The process is a zombie. */
        ZOMBIE,
        /** Never traced: pid 1. */
        FORBIDDEN,
        /** The runtime class of the target (gVisor) or this kernel does not offer ptrace as needed. */
        UNSUPPORTED,
        /** The program to launch does not exist. */
        PROGRAM_NOT_FOUND,
        /** The program to launch cannot be executed. */
        PROGRAM_NOT_EXECUTABLE,
        /** A resource ran out (memory, threads, descriptors). */
        RESOURCE,
        /** The session was asked to end before that. */
        STOPPED,
        /** A signal ended the child before it became the program to launch; {@link CaptureException#signal()}. */
        KILLED,
        /**
         * /proc is not mounted, or belongs to another PID namespace than the tracer's: it would describe other
         * processes.
         */
        FOREIGN_PROC,
        /** Anything else; the message carries the errno's name. */
        OTHER
    }

    private final Reason reason;
    private final int errno;
    private final int signal;

    public CaptureException(Reason reason, int errno, String message) {
        this(reason, errno, OptionalInt.empty(), message);
    }

    CaptureException(Reason reason, int errno, OptionalInt signal, String message) {
        super(message);
        this.reason = reason;
        this.errno = errno;
        this.signal = signal.orElse(0);
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The kernel's errno, 0 if none was involved. */
    public int errno() {
        return errno;
    }

    /** The signal that ended the program to launch, only with {@link Reason#KILLED}. */
    public OptionalInt signal() {
        return signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal);
    }
}
