// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.SignalNames;

/** The status of a child as wait(2) gives it, by the macros that take it apart. */
public final class WaitStatus {
    private static final int CONTINUED = 0xffff;
    private static final int STOPPED = 0x7f;
    private static final int CORE = 0x80;

    private WaitStatus() {}

    public static void write(StringBuilder out, int status) {
        int signal = status & 0x7f;
        int event = status >>> 16;
        out.append("[{");
        if (status == CONTINUED) {
            out.append("WIFCONTINUED(s)");
        } else if ((status & 0xff) == STOPPED) {
            out.append("WIFSTOPPED(s) && WSTOPSIG(s) == ");
            stopSignal(out, (status >>> 8) & 0xff);
        } else if (signal == 0) {
            out.append("WIFEXITED(s) && WEXITSTATUS(s) == ").append((status >>> 8) & 0xff);
        } else {
            out.append("WIFSIGNALED(s) && WTERMSIG(s) == ").append(SignalNames.of(signal));
            out.append((status & CORE) != 0 ? " && WCOREDUMP(s)" : "");
        }
        out.append('}');
        if (event != 0) {
            event(out.append(" | "), event);
        }
        out.append(']');
    }

    private static void stopSignal(StringBuilder out, int signal) {
        out.append(SignalNames.of(signal & 0x7f));
        out.append((signal & CORE) != 0 ? " | 0x80" : "");
    }

    private static void event(StringBuilder out, int event) {
        String name = switch (event) {
            case 1 -> "PTRACE_EVENT_FORK";
            case 2 -> "PTRACE_EVENT_VFORK";
            case 3 -> "PTRACE_EVENT_CLONE";
            case 4 -> "PTRACE_EVENT_EXEC";
            case 5 -> "PTRACE_EVENT_VFORK_DONE";
            case 6 -> "PTRACE_EVENT_EXIT";
            case 7 -> "PTRACE_EVENT_SECCOMP";
            case 128 -> "PTRACE_EVENT_STOP";
            default -> "";
        };
        if (name.isEmpty()) {
            Digits.hex(out, event);
        } else {
            out.append(name);
        }
        out.append(" << 16");
    }
}
