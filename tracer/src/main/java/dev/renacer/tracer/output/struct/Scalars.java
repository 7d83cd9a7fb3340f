// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import java.util.Map;

/** Single values; one that stands alone is written in brackets, as strace does it. */
public final class Scalars {
    private static final int LIMIT_DIGITS = 8;

    private Scalars() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("int", (out, memory) -> out.append(memory.i32(0)));
        writers.put("fd", (out, memory) -> memory.descriptor(out, 0));
        writers.put("long", (out, memory) -> out.append(memory.signedWord(0)));
        writers.put("uint", (out, memory) -> out.append(memory.u32(0)));
        writers.put("ulong", (out, memory) -> Digits.unsigned(out, memory.word(0)));
        writers.put("u64", (out, memory) -> Digits.unsigned(out, memory.i64(0)));
        writers.put("ushort", (out, memory) -> out.append(memory.u16(0)));
        writers.put("loff", (out, memory) -> out.append(memory.i64(0)));
        writers.put("id", (out, memory) -> id(out, memory.u32(0), 0xffff_ffffL));
        writers.put("id16", (out, memory) -> id(out, memory.u16(0), 0xffff));
        writers.put("time", (out, memory) -> out.append(memory.signedWord(0)));
        writers.put("sched_param", (out, memory) -> out.append(memory.i32(0)));
        writers.put("pointer", (out, memory) -> Structs.pointer(out, memory.word(0)));
        writers.put("remote_iovec", (out, memory) -> {
            Structs.pointer(out.append("{iov_base="), memory.word(0));
            Digits.unsigned(out.append(", iov_len="), memory.word(memory.wordSize()));
            out.append('}');
        });
        writers.put("user_desc", Scalars::segment);
    }

    /** Whether it is a single value. */
    public static boolean isScalar(String type) {
        return switch (type) {
            case "int",
                    "fd",
                    "uint",
                    "long",
                    "ulong",
                    "u64",
                    "ushort",
                    "loff",
                    "id",
                    "id16",
                    "time",
                    "sched_param",
                    "pointer" -> true;
            default -> false;
        };
    }

    private static void padded(StringBuilder out, long value, int width) {
        String digits = Long.toHexString(value);
        out.append(value == 0 ? "" : "0x");
        out.repeat('0', Math.max(0, width - digits.length() - (value == 0 ? 0 : 2)));
        out.append(digits);
    }

    private static void id(StringBuilder out, long id, long none) {
        out.append(id == none ? -1 : id);
    }

    private static void segment(StringBuilder out, Memory memory) {
        int flags = memory.i32(12);
        out.append("{entry_number=").append(memory.i32(0));
        padded(out.append(", base_addr="), memory.u32(4), LIMIT_DIGITS);
        padded(out.append(", limit="), memory.u32(8), LIMIT_DIGITS);
        out.append(", seg_32bit=").append(flags & 1);
        out.append(", contents=").append((flags >> 1) & 3);
        out.append(", read_exec_only=").append((flags >> 3) & 1);
        out.append(", limit_in_pages=").append((flags >> 4) & 1);
        out.append(", seg_not_present=").append((flags >> 5) & 1);
        out.append(", useable=").append((flags >> 6) & 1);
        if (!memory.narrow()) {
            out.append(", lm=").append((flags >> 7) & 1);
        }
        out.append('}');
    }
}
