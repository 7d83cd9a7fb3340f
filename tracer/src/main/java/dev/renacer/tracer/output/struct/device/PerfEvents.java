// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.device;

import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.syscall.Digits;

/** The first version's fields of a struct perf_event_attr (linux/perf_event.h), and its flags. */
final class PerfEvents {
    private static final Names TYPE = Names.of("field_perf_type");
    private static final Names SIZE = Names.of("field_perf_size");
    private static final Names HARDWARE = Names.of("field_perf_hardware");
    private static final Names SOFTWARE = Names.of("field_perf_software");
    private static final Names CACHE = Names.of("field_perf_cache");
    private static final Names CACHE_OPERATION = Names.of("field_perf_cache_operation");
    private static final Names CACHE_RESULT = Names.of("field_perf_cache_result");
    private static final Names SAMPLE = Names.of("field_perf_sample");
    private static final Names READ = Names.of("field_perf_read");
    private static final int FREQUENCY = 1 << 10;
    private static final int PRECISE_SHIFT = 15;
    private static final int RESERVED_SHIFT = 38;

    private static final String[] FLAGS = {
        "disabled",
        "inherit",
        "pinned",
        "exclusive",
        "exclude_user",
        "exclude_kernel",
        "exclude_hv",
        "exclude_idle",
        "mmap",
        "comm",
        "freq",
        "inherit_stat",
        "enable_on_exec",
        "task",
        "watermark"
    };
    private static final String[] LATER_FLAGS = {
        "mmap_data",
        "sample_id_all",
        "exclude_host",
        "exclude_guest",
        "exclude_callchain_kernel",
        "exclude_callchain_user",
        "mmap2",
        "comm_exec",
        "use_clockid",
        "context_switch",
        "write_backward",
        "namespaces",
        "ksymbol",
        "bpf_event",
        "aux_output",
        "cgroup",
        "text_poke",
        "build_id",
        "inherit_thread",
        "remove_on_exec",
        "sigtrap"
    };
    private static final String[] SKID = {
        "0 /* arbitrary skid */",
        "1 /* constant skid */",
        "2 /* requested to have 0 skid */",
        "3 /* must have 0 skid */"
    };

    private PerfEvents() {}

    static void attributes(StringBuilder out, Memory memory) {
        int type = memory.i32(0);
        TYPE.write(out.append("{type="), memory, memory.u32(0));
        SIZE.write(out.append(", size="), memory, memory.u32(4));
        configuration(out.append(", config="), memory, type, memory.i64(8));
        long flags = memory.i64(40);
        out.append((flags & FREQUENCY) != 0 ? ", sample_freq=" : ", sample_period=");
        Digits.unsigned(out, memory.i64(16));
        SAMPLE.write(out.append(", sample_type="), memory, memory.i64(24));
        READ.write(out.append(", read_format="), memory, memory.i64(32));
        flags(out, FLAGS, flags);
        out.append(", precise_ip=").append(SKID[(int) (flags >>> PRECISE_SHIFT) & 3]);
        flags(out, LATER_FLAGS, flags >>> (PRECISE_SHIFT + 2));
        if (flags >>> RESERVED_SHIFT != 0) {
            DeviceStructs.hex(out, ", __reserved_1", flags >>> RESERVED_SHIFT);
            out.append(" /* Bits 63..38 */");
        }
        out.append(", ...}");
    }

    private static void flags(StringBuilder out, String[] names, long flags) {
        for (int index = 0; index < names.length; index++) {
            if ((flags >>> index & 1) != 0) {
                out.append(", ").append(names[index]).append("=1");
            }
        }
    }

    private static void configuration(StringBuilder out, Memory memory, int type, long value) {
        switch (type) {
            case 0 -> {
                upper(out, value >>> Integer.SIZE, Integer.SIZE);
                HARDWARE.write(out, memory, value & 0xffff_ffffL);
            }
            case 1 -> SOFTWARE.write(out, memory, value);
            case 2 -> Digits.unsigned(out, value);
            case 3 -> {
                upper(out, value >>> 24, 24);
                CACHE_RESULT.write(out, memory, value >>> 16 & 0xff).append("<<16|");
                CACHE_OPERATION.write(out, memory, value >>> 8 & 0xff).append("<<8|");
                CACHE.write(out, memory, value & 0xff);
            }
            default -> Digits.hex(out, value);
        }
    }

    private static void upper(StringBuilder out, long value, int shift) {
        if (value != 0) {
            Digits.hex(out, value);
            out.append("<<").append(shift).append('|');
        }
    }
}
