// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ErrnoNames;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.Locale;

/** A signal's siginfo as strace writes it: {@code {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x10}}. */
public final class SignalFormatter {
    /** The value of sysconf(_SC_CLK_TCK); the same on every ABI of Linux that we decode. */
    private static final double TICKS_A_SECOND = 100;

    private SignalFormatter() {}

    public static void append(StringBuilder line, SignalInfo info) {
        line.append("{si_signo=").append(SignalNames.of(info.signal()));
        line.append(", si_code=").append(SignalNames.code(info.signal(), info.code()));
        if (info.errno() != 0) {
            line.append(", si_errno=").append(ErrnoNames.of(info.errno()).name());
        }
        switch (info.cause()) {
            case SignalInfo.Unknown _ -> {
                // There is nothing but signal and code.
            }
            case SignalInfo.Sender sender -> {
                process(line, sender.pid(), sender.uid());
                if (sender.value() != 0) {
                    value(line, sender.value());
                }
            }
            case SignalInfo.Timer timer -> {
                line.append(", si_timerid=");
                line.append(timer.id() == 0 ? "0" : "0x" + Integer.toHexString(timer.id()));
                line.append(", si_overrun=").append(timer.overrun());
                value(line, timer.value());
            }
            case SignalInfo.Child child -> {
                process(line, child.pid(), child.uid());
                line.append(", si_status=");
                line.append(info.isExit() ? Integer.toString(child.status()) : SignalNames.of(child.status()));
                ticks(line, ", si_utime=", child.userTicks());
                ticks(line, ", si_stime=", child.systemTicks());
            }
            case SignalInfo.Fault fault -> {
                pointer(line, ", si_addr=", fault.address());
                detail(line, fault.detail());
            }
            case SignalInfo.Ready ready ->
                line.append(", si_band=")
                        .append(ready.events())
                        .append(", si_fd=")
                        .append(ready.descriptor());
            case SignalInfo.TrappedCall trapped -> trapped(line, trapped);
        }
        line.append('}');
    }

    private static void detail(StringBuilder line, SignalInfo.FaultDetail detail) {
        switch (detail) {
            case SignalInfo.NoDetail _ -> {
                // There is nothing but the address.
            }
            case SignalInfo.MemoryError memory ->
                line.append(", si_addr_lsb=0x").append(Integer.toHexString(memory.leastBit()));
            case SignalInfo.Bounds bounds -> {
                pointer(line, ", si_lower=", bounds.lower());
                pointer(line, ", si_upper=", bounds.upper());
            }
            case SignalInfo.ProtectionKey protection ->
                line.append(", si_pkey=").append(Integer.toUnsignedString(protection.key()));
            case SignalInfo.PerfEvent perf -> {
                line.append(", si_perf_data=0x").append(Long.toHexString(perf.data()));
                line.append(", si_perf_type=").append(perf.type());
                line.append(", si_perf_flags=").append(perf.flags());
            }
        }
    }

    private static void trapped(StringBuilder line, SignalInfo.TrappedCall trapped) {
        pointer(line, ", si_call_addr=", trapped.address());
        line.append(", si_syscall=");
        trapped.syscall()
                .filter(call -> call.known())
                .ifPresentOrElse(call -> line.append("__NR_").append(call.name()), () -> line.append(trapped.number()));
        line.append(", si_arch=");
        Abi.ofAuditArch(trapped.arch())
                .ifPresentOrElse(
                        abi -> line.append("AUDIT_ARCH_").append(abi.name()),
                        () -> line.append("0x").append(Integer.toHexString(trapped.arch())));
    }

    private static void process(StringBuilder line, int pid, int uid) {
        line.append(", si_pid=").append(pid);
        line.append(", si_uid=").append(uid == -1 ? "-1" : Integer.toUnsignedString(uid));
    }

    private static void value(StringBuilder line, long value) {
        line.append(", si_int=").append((int) value);
        pointer(line, ", si_ptr=", value);
    }

    private static void pointer(StringBuilder line, String field, long value) {
        line.append(field).append(value == 0 ? "NULL" : "0x" + Long.toHexString(value));
    }

    private static void ticks(StringBuilder line, String field, long ticks) {
        line.append(field).append(ticks);
        if (ticks != 0) {
            line.append(String.format(Locale.ROOT, " /* %.2f s */", ticks / TICKS_A_SECOND));
        }
    }
}
