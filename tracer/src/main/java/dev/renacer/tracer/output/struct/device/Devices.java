// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.device;

import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.syscall.Digits;

/** Requests of clocks, input devices and others. */
final class Devices {
    private static final String[] TIME = {"sec", "min", "hour", "mday", "mon", "year", "wday", "yday", "isdst"};
    /** Fields that are not left out. */
    private static final int SHORT = 6;

    private Devices() {}

    static void time(StringBuilder out, Memory memory) {
        int fields = memory.verbose() ? TIME.length : SHORT;
        for (int index = 0; index < fields; index++) {
            out.append(index == 0 ? "{tm_" : ", tm_").append(TIME[index]).append('=');
            out.append(memory.i32(index * Integer.BYTES));
        }
        out.append(memory.verbose() ? "}" : ", ...}");
    }

    static void input(StringBuilder out, Memory memory) {
        out.append("{bustype=").append(memory.u16(0)).append(", vendor=").append(memory.u16(2));
        out.append(", product=").append(memory.u16(4)).append(", version=").append(memory.u16(6));
        out.append('}');
    }

    static void version(StringBuilder out, Memory memory) {
        Digits.hex(out.append('['), memory.u32(0));
        out.append(']');
    }

    static void cookie(StringBuilder out, Memory memory) {
        Digits.hex(out.append('['), memory.i64(0));
        out.append(']');
    }
}
