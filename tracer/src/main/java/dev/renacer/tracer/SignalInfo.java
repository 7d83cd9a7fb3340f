// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.Optional;

/**
 * What the kernel says about a signal (siginfo_t). The fields depend on signal and code, as in the kernel's
 * {@code siginfo_layout} (kernel/signal.c). Process ids are those that the program itself sees, in its PID namespace; 0
 * is a process that it cannot see.
 *
 * @param signal  its number
 * @param code    si_code: why it was sent
 * @param errno   si_errno; a seccomp filter may put a number of its own there
 * @param cause   the other fields
 */
public record SignalInfo(int signal, int code, int errno, Cause cause) {
    /** The number of words that {@link #of} reads. */
    public static final int WORDS = 4;

    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    private static final int SIGBUS = 7;
    private static final int SIGFPE = 8;
    private static final int SIGSEGV = 11;
    private static final int SIGCHLD = 17;
    private static final int SIGSYS = 31;

    private static final int SI_USER = 0;
    private static final int SI_TIMER = -2;
    private static final int SI_SIGIO = -5;
    private static final int SI_TKILL = -6;
    private static final int SI_KERNEL = 0x80;
    private static final int BUS_MCEERR_AR = 4;
    private static final int BUS_MCEERR_AO = 5;
    private static final int SEGV_BNDERR = 3;
    private static final int SEGV_PKUERR = 4;
    private static final int TRAP_PERF = 6;
    /** The largest code for a descriptor that became ready (NSIGPOLL). */
    private static final int LAST_POLL = 6;

    /** What caused a signal. */
    public sealed interface Cause {}

    /** Nothing more is known. */
    public record Unknown() implements Cause {}

    /**
     * A process sent it, or the kernel on behalf of one.
     *
     * @param value  the value that sigqueue(3) or mq_notify(3) sent with it (si_value); 0 if none
     */
    public record Sender(int pid, int uid, long value) implements Cause {}

    /**
     * A timer of timer_create(2) expired: its id, how often it expired unnoticed, and the value it was created with.
     */
    public record Timer(int id, int overrun, long value) implements Cause {}

    /**
     * A child changed its state.
     *
     * @param status  its exit code if it exited, otherwise the number of the signal that killed, stopped or continued
     *     it
     * @param userTicks    CPU time it used, in clock ticks of sysconf(_SC_CLK_TCK)
     * @param systemTicks  as userTicks, in the kernel
     */
    public record Child(int pid, int uid, int status, long userTicks, long systemTicks) implements Cause {
        private static final int EXITED = 1;

        /** Whether a code of SIGCHLD means an exit. */
        static boolean exited(int code) {
            return code == EXITED;
        }
    }

    /** An instruction did something it may not do. The address is 0 if the processor did not report it. */
    public record Fault(long address, FaultDetail detail) implements Cause {}

    /** Details that only some faults have. */
    public sealed interface FaultDetail {}

    /** Nothing more. */
    public record NoDetail() implements FaultDetail {}

    /** Memory is broken: how many low bits of the address are not significant. */
    public record MemoryError(int leastBit) implements FaultDetail {}

    /** An address outside of these bounds was used. */
    public record Bounds(long lower, long upper) implements FaultDetail {}

    /** The page's protection key forbids it. */
    public record ProtectionKey(int key) implements FaultDetail {}

    /** A perf event that was set to send a signal occurred: its own data, PERF_TYPE_* and flags. */
    public record PerfEvent(long data, int type, int flags) implements FaultDetail {}

    /** A descriptor became ready, reported by SIGIO or the signal that F_SETSIG put in its place. */
    public record Ready(long events, int descriptor) implements Cause {}

    /**
     * A seccomp filter or the system call user dispatch trapped a call.
     *
     * @param address  the instruction after the call
     * @param arch     AUDIT_ARCH_*
     */
    public record TrappedCall(long address, int number, int arch) implements Cause {
        /** The call; empty if its ABI is not one of ours. */
        public Optional<Syscall> syscall() {
            return Abi.ofAuditArch(arch).map(abi -> SyscallTable.instance().lookup(abi, number));
        }
    }

    /**
     * Reads what the kernel reported.
     *
     * @param words  {@value #WORDS} words of 64 bits: the union that follows si_code in a siginfo_t
     */
    public static SignalInfo of(int signal, int code, int errno, long... words) {
        return new SignalInfo(signal, code, errno, cause(signal, code, words));
    }

    /** Whether this is a SIGCHLD of a child that exited: its status is an exit code. */
    public boolean isExit() {
        return cause instanceof Child && Child.exited(code);
    }

    private static Cause cause(int signal, int code, long[] words) {
        if (code == SI_KERNEL) {
            // Sent by the kernel itself, without a field; if it is a fault, the processor did not report the address.
            return isFault(signal) ? new Fault(0, new NoDetail()) : ofKernel(words);
        }
        if (code > SI_USER && code < SI_KERNEL) {
            return ofEvent(signal, code, words);
        }
        return switch (code) {
            case SI_TIMER -> new Timer(low(words[0]), high(words[0]), words[1]);
            case SI_SIGIO -> new Ready(words[0], low(words[1]));
            case SI_USER, SI_TKILL -> new Sender(low(words[0]), high(words[0]), 0);
            default -> new Sender(low(words[0]), high(words[0]), words[1]);
        };
    }

    private static Cause ofKernel(long[] words) {
        return words[0] == 0 ? new Unknown() : new Sender(low(words[0]), high(words[0]), 0);
    }

    private static Cause ofEvent(int signal, int code, long[] words) {
        if (isFault(signal)) {
            return new Fault(words[0], faultDetail(signal, code, words));
        }
        return switch (signal) {
            case SIGCHLD -> new Child(low(words[0]), high(words[0]), low(words[1]), words[2], words[3]);
            case SIGSYS -> new TrappedCall(words[0], low(words[1]), high(words[1]));
            default -> code <= LAST_POLL ? new Ready(words[0], low(words[1])) : ofKernel(words);
        };
    }

    private static FaultDetail faultDetail(int signal, int code, long[] words) {
        if (signal == SIGBUS && (code == BUS_MCEERR_AR || code == BUS_MCEERR_AO)) {
            return new MemoryError((short) words[1]);
        }
        if (signal == SIGSEGV && code == SEGV_BNDERR) {
            return new Bounds(words[2], words[3]);
        }
        if (signal == SIGSEGV && code == SEGV_PKUERR) {
            return new ProtectionKey(low(words[2]));
        }
        return signal == SIGTRAP && code == TRAP_PERF
                ? new PerfEvent(words[1], low(words[2]), high(words[2]))
                : new NoDetail();
    }

    private static boolean isFault(int signal) {
        return switch (signal) {
            case SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV -> true;
            default -> false;
        };
    }

    private static int low(long word) {
        return (int) word;
    }

    private static int high(long word) {
        return (int) (word >>> Integer.SIZE);
    }
}
