// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.Map;

/** How processes are made, scheduled and restricted. */
final class Processes {
    private static final int SCHED_WITH_CLAMPS = 56;
    private static final long KEEP_POLICY = 0x8;
    private static final long KEEP_PARAMETERS = 0x10;
    private static final Names CLONE = Names.of("field_clone3");
    private static final Names POLICY = Names.of("policy");
    private static final Names SCHED = Names.of("field_sched");
    private static final Names CAPABILITIES = Names.of("prctl.23");
    private static final Names WAITERS = Names.of("field_futex_waitv");
    private static final Names VERSIONS = Names.of("field_capability");
    private static final long SETTLS = 0x80000;
    private static final long PIDFD = 0x1000;
    private static final long PARENT_SETTID = 0x100000;
    private static final long CHILD_TID = 0x200000 | 0x1000000;
    private static final long INTO_CGROUP = 0x2_0000_0000L;

    private Processes() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("clone_args", Processes::cloneArguments);
        writers.put("sched_attr", Processes::schedule);
        writers.put("cap_header", Processes::capabilityHeader);
        writers.put("cap_data", Processes::capabilityData);
        writers.put("futex_waitv", Processes::futex);
    }

    private static void cloneArguments(StringBuilder out, Memory memory) {
        long flags = memory.i64(0);
        CLONE.write(out.append("{flags="), memory, flags);
        pointer(out, ", pidfd=", memory.i64(8), (flags & PIDFD) != 0);
        pointer(out, ", child_tid=", memory.i64(16), (flags & CHILD_TID) != 0);
        pointer(out, ", parent_tid=", memory.i64(24), (flags & PARENT_SETTID) != 0);
        out.append(", exit_signal=");
        long signal = memory.i64(32);
        if (signal >= 0 && signal <= 64) {
            out.append(SignalNames.of((int) signal));
        } else {
            Digits.unsigned(out, signal);
        }
        pointer(out, ", stack=", memory.i64(40), true);
        Digits.hex(out.append(", stack_size="), memory.i64(48));
        pointer(out, ", tls=", memory.i64(56), (flags & SETTLS) != 0);
        if (memory.length() > 64 && (memory.i64(64) != 0 || memory.i64(72) != 0)) {
            pointer(out, ", set_tid=", memory.i64(64), true);
            if (memory.length() > 72) {
                Digits.unsigned(out.append(", set_tid_size="), memory.i64(72));
            }
        }
        if (memory.length() > 80 && (flags & INTO_CGROUP) != 0) {
            Digits.unsigned(out.append(", cgroup="), memory.i64(80));
        }
        out.append('}');
    }

    private static void pointer(StringBuilder out, String name, long value, boolean used) {
        if (used) {
            Structs.pointer(out.append(name), value);
        }
    }

    private static void schedule(StringBuilder out, Memory memory) {
        long size = memory.u32(0);
        long flags = memory.i64(8);
        out.append("{size=").append(size);
        if ((flags & KEEP_POLICY) == 0) {
            POLICY.write(out.append(", sched_policy="), memory, memory.u32(4));
        }
        SCHED.write(out.append(", sched_flags="), memory, flags);
        if ((flags & KEEP_PARAMETERS) == 0) {
            out.append(", sched_nice=").append(memory.i32(16));
            out.append(", sched_priority=").append(memory.u32(20));
            Digits.unsigned(out.append(", sched_runtime="), memory.i64(24));
            Digits.unsigned(out.append(", sched_deadline="), memory.i64(32));
            Digits.unsigned(out.append(", sched_period="), memory.i64(40));
        }
        if (size >= SCHED_WITH_CLAMPS) {
            out.append(", sched_util_min=").append(memory.u32(48));
            out.append(", sched_util_max=").append(memory.u32(52));
        }
        out.append('}');
    }

    private static void capabilityHeader(StringBuilder out, Memory memory) {
        VERSIONS.write(out.append("{version="), memory, memory.u32(0));
        out.append(", pid=").append(memory.i32(4)).append('}');
    }

    /** Two structs of 32 bits each, of which the second has the upper halves. */
    static void capabilityData(StringBuilder out, Memory memory) {
        capabilities(out.append("{effective="), memory, 0);
        capabilities(out.append(", permitted="), memory, 4);
        capabilities(out.append(", inheritable="), memory, 8);
        out.append('}');
    }

    private static void capabilities(StringBuilder out, Memory memory, int offset) {
        long set = memory.u32(offset) | (memory.u32(offset + 12) << Integer.SIZE);
        if (set == 0) {
            out.append('0');
            return;
        }
        String separator = "";
        for (long rest = set; rest != 0; rest &= rest - 1) {
            CAPABILITIES.write(out.append(separator).append("1<<"), memory, Long.numberOfTrailingZeros(rest));
            separator = "|";
        }
    }

    private static void futex(StringBuilder out, Memory memory) {
        Digits.hex(out.append("{val="), memory.i64(0));
        Structs.pointer(out.append(", uaddr="), memory.i64(8));
        WAITERS.write(out.append(", flags="), memory, memory.u32(16));
        if (memory.u32(20) != 0) {
            Digits.hex(out.append(", __reserved="), memory.u32(20));
        }
        out.append('}');
    }
}
