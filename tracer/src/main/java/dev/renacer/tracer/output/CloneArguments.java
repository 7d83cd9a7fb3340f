// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ConstantNames;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.function.IntConsumer;

/**
 * The arguments of clone(2). Each ABI has its own order, and most have a meaning with a flag alone; so strace writes them
 * in one order, with their names, and those that count.
 */
final class CloneArguments {
    private static final int FLAGS = 0;
    private static final int STACK = 1;
    private static final int PARENT_TID = 2;
    /** The signal when the child ends; the values of linux/sched.h. */
    private static final long SIGNAL = 0xff;

    private static final long CLONE_PIDFD = 0x1000;
    private static final long CLONE_SETTLS = 0x80000;
    private static final long CLONE_PARENT_SETTID = 0x100000;
    private static final long CLONE_CHILD_CLEARTID = 0x200000;
    private static final long CLONE_CHILD_SETTID = 0x1000000;
    private static final int LAST_SIGNAL = 64;

    private CloneArguments() {}

    /** Whether a call is clone(2). */
    static boolean isClone(SyscallCall call) {
        return call.syscall().name().equals("clone"); // asked for each argument of each call
    }

    /** Gives the arguments in the order they are written in. */
    static void each(SyscallCall call, IntConsumer argument) {
        long flags = call.args()[FLAGS];
        argument.accept(STACK);
        argument.accept(FLAGS);
        if ((flags & (CLONE_PIDFD | CLONE_PARENT_SETTID)) != 0) {
            argument.accept(PARENT_TID);
        }
        if ((flags & CLONE_SETTLS) != 0) {
            argument.accept(tls(call));
        }
        if ((flags & (CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID)) != 0) {
            argument.accept(childTid(call));
        }
    }

    private static int tls(SyscallCall call) {
        return call.syscall().abi() == Abi.X86_64 ? 4 : 3;
    }

    private static int childTid(SyscallCall call) {
        return call.syscall().abi() == Abi.X86_64 ? 3 : 4;
    }

    /** The name of an argument, as written before it. */
    static String name(SyscallCall call, int index) {
        return switch (index) {
            case FLAGS -> "flags=";
            case STACK -> "child_stack=";
            case PARENT_TID -> "parent_tid=";
            default -> index == tls(call) ? "tls=" : "child_tidptr=";
        };
    }

    /** Writes the flags, and behind them the signal that is in the same number. */
    static void flags(StringBuilder out, long value, ConstantNames names) {
        long signal = value & SIGNAL;
        long flags = value & ~SIGNAL;
        if (flags != 0 || signal == 0) {
            names.write(out, flags, -1);
            out.append(signal != 0 ? "|" : "");
        }
        if (signal > LAST_SIGNAL) {
            out.append(signal);
        } else if (signal != 0) {
            out.append(SignalNames.of((int) signal));
        }
    }
}
