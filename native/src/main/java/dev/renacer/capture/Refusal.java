// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import dev.renacer.capture.CaptureException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The engine's answer when it refused ({@code struct rc_result} of {@code capture.h}): the only place where numbers
 * become a {@link CaptureException}.
 *
 * @param code   enum rc_refusal; 0 is none
 * @param errno  the kernel's errno, 0 if none
 * @param detail the tracer's pid for ALREADY_TRACED, the tracee's for IS_TRACER, the scope for YAMA_DENIED, the signal for
 *     KILLED, this process's pid in /proc for FOREIGN_PROC
 */
record Refusal(int code, int errno, long detail) {
    private static final String STOPPED = "the trace was ended before it began";

    private static final Reason[] REASONS = {
        Reason.NO_SUCH_PROCESS,
        Reason.ALREADY_TRACED,
        Reason.YAMA_DENIED,
        Reason.PERMISSION_DENIED,
        Reason.KERNEL_THREAD,
        Reason.SELF,
        Reason.ZOMBIE,
        Reason.FORBIDDEN,
        Reason.UNSUPPORTED,
        Reason.PROGRAM_NOT_FOUND,
        Reason.PROGRAM_NOT_EXECUTABLE,
        Reason.RESOURCE,
        Reason.OTHER,
        Reason.IS_TRACER,
        Reason.STOPPED,
        Reason.KILLED,
        Reason.FOREIGN_PROC,
    };

    /** Names an errno, e.g. "ENOMEM (Cannot allocate memory)". */
    interface ErrnoNames {
        String describe(int errno);
    }

    static Refusal of(long[] outcome) {
        return new Refusal(Math.toIntExact(outcome[0]), Math.toIntExact(outcome[1]), outcome[2]);
    }

    /** Whether the engine did what it was asked to do. */
    boolean none() {
        return code == 0;
    }

    Reason reason() {
        return code >= 1 && code <= REASONS.length ? REASONS[code - 1] : Reason.OTHER;
    }

    /** The exception for a refused attach. */
    CaptureException ofAttach(int pid, ErrnoNames names) {
        String subject = "cannot attach to process " + pid + ": ";
        return new CaptureException(
                reason(),
                errno,
                subject
                        + switch (reason()) {
                            case NO_SUCH_PROCESS -> "there is no such process; look it up with ps";
                            case ALREADY_TRACED -> alreadyTraced();
                            case IS_TRACER -> isTracer(pid);
                            case YAMA_DENIED -> yamaDenied();
                            case PERMISSION_DENIED ->
                                "permission denied; it is not yours or protects itself: run as root or with"
                                        + " CAP_SYS_PTRACE";
                            case KERNEL_THREAD ->
                                "it is a kernel thread, which makes no system calls; name a user process";
                            case SELF -> "it is this tracer itself; name another process";
                            case ZOMBIE -> "it has already exited and waits for its parent to reap it (zombie)";
                            case FORBIDDEN -> "pid 1 is never traced; name the process of interest";
                            case UNSUPPORTED -> unsupported(names);
                            case STOPPED -> STOPPED;
                            case FOREIGN_PROC -> foreignProc();
                            default -> otherwise(names);
                        });
    }

    /** The exception for a refused launch. */
    CaptureException ofLaunch(String file, ErrnoNames names) {
        return new CaptureException(
                reason(),
                errno,
                reason() == Reason.KILLED ? OptionalInt.of(Math.toIntExact(detail)) : OptionalInt.empty(),
                switch (reason()) {
                    case PROGRAM_NOT_FOUND -> file + ": no such program; check its name and PATH";
                    case PROGRAM_NOT_EXECUTABLE ->
                        file + ": cannot be executed, " + names.describe(errno)
                                + "; check its mode (chmod +x), its format and its interpreter";
                    case YAMA_DENIED -> "cannot trace " + file + ": " + yamaDenied();
                    case PERMISSION_DENIED ->
                        "cannot trace " + file
                                + ": ptrace is forbidden here; allow it in this container's seccomp profile or add"
                                + " CAP_SYS_PTRACE";
                    case ALREADY_TRACED ->
                        "cannot trace " + file + ": this program is itself traced by process " + detail
                                + ", which takes its children too; run it outside that tracer";
                    case STOPPED -> "cannot start " + file + ": " + STOPPED;
                    case FOREIGN_PROC -> "cannot trace " + file + ": " + foreignProc();
                    case UNSUPPORTED -> "cannot trace " + file + ": " + unsupported(names);
                    case KILLED ->
                        "cannot start " + file + ": signal " + detail
                                + " ended it before it began; see limits (ulimit -a) if nobody sent that";
                    default -> "cannot start " + file + ": " + otherwise(names);
                });
    }

    /** The exception for a session that could not be opened. */
    CaptureException ofOpen(ErrnoNames names) {
        return new CaptureException(reason(), errno, "cannot open a capture session: " + otherwise(names));
    }

    private String alreadyTraced() {
        return "it is already traced by process " + detail + nameOf(detail) + "; stop that tracer first";
    }

    private String isTracer(int pid) {
        return "it is itself a tracer: process " + pid + nameOf(pid) + " traces process " + detail + nameOf(detail)
                + "; let it detach first, or trace process " + detail + " once it has";
    }

    private String unsupported(ErrnoNames names) {
        return "ptrace here does not offer what is needed (" + names.describe(errno)
                + "); Linux 5.3 or newer is required, and a sandbox such as gVisor does not offer it";
    }

    private String yamaDenied() {
        return detail >= 3
                ? "kernel.yama.ptrace_scope is " + detail + " and forbids ptrace until the next boot; "
                        + "set it to 1 in /etc/sysctl.d and boot"
                : "kernel.yama.ptrace_scope is " + detail
                        + "; run as root, with CAP_SYS_PTRACE, or set sysctl kernel.yama.ptrace_scope=0";
    }

    private String foreignProc() {
        return detail <= 0
                ? "/proc is not mounted; mount it first (mount -t proc proc /proc)"
                : "/proc shows another PID namespace: this process has pid "
                        + ProcessHandle.current().pid() + " and is " + detail
                        + " there; mount a /proc of this namespace first (unshare --pid --fork --mount-proc)";
    }

    private String otherwise(ErrnoNames names) {
        String cause = errno == 0 ? "the engine gave no cause" : names.describe(errno);
        return reason() == Reason.RESOURCE
                ? cause + "; free memory, or raise the limits of locked memory, processes and open files (ulimit -a)"
                : cause;
    }

    /** " (strace)", or nothing if the process cannot be read. */
    private static String nameOf(long pid) {
        try {
            return " (" + Files.readString(Path.of("/proc/" + pid + "/comm")).strip() + ")";
        } catch (IOException e) {
            return "";
        }
    }
}
