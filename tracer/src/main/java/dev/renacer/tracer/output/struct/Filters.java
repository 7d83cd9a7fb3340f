// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import java.util.Map;

/** Programs of classic BPF, and what seccomp(2) is asked besides. */
public final class Filters {
    /** The bytes of an instruction. */
    public static final int SIZE = 8;

    private static final Names CLASSES = Names.of("field_bpf_class");
    private static final Names SIZES = Names.of("field_bpf_size");
    private static final Names MODES = Names.of("field_bpf_mode");
    private static final Names SOURCES = Names.of("field_bpf_source");
    private static final Names OPERATIONS = Names.of("field_bpf_alu");
    private static final Names JUMPS = Names.of("field_bpf_jump");
    private static final Names VALUES = Names.of("field_bpf_value");
    private static final Names MISCELLANEOUS = Names.of("field_bpf_misc");
    private static final Names ACTIONS = Names.of("field_seccomp");

    private static final int CLASS = 0x07;
    private static final int SIZE_BITS = 0x18;
    private static final int MODE = 0xe0;
    private static final int OPERATION = 0xf0;
    private static final int SOURCE = 0x08;
    private static final int VALUE = 0x18;
    private static final int MISC = 0xf8;
    private static final int RETURN = 6;

    private Filters() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("sock_filter", (out, memory) -> instruction(out, memory, false));
        writers.put("seccomp_action", (out, memory) -> {
            ACTIONS.write(out.append('['), memory, memory.u32(0));
            out.append(']');
        });
        writers.put("seccomp_sizes", (out, memory) -> {
            out.append("{seccomp_notif=").append(memory.u16(0));
            out.append(", seccomp_notif_resp=").append(memory.u16(2));
            out.append(", seccomp_data=").append(memory.u16(4)).append('}');
        });
    }

    /**
     * Writes instructions.
     *
     * @param cut      whether there are more than could be read
     * @param address  where the first one is
     * @param sandbox  whether the program returns actions of seccomp(2)
     */
    public static void write(StringBuilder out, Memory memory, boolean cut, long address, boolean sandbox) {
        out.append('[');
        int at = 0;
        for (; at + SIZE <= memory.length(); at += SIZE) {
            instruction(out.append(at == 0 ? "" : ", "), memory.part(at, SIZE), sandbox);
        }
        if (cut) {
            Digits.hex(out.append(at == 0 ? "" : ", ").append("... /* "), address + at);
            out.append(" */");
        }
        out.append(']');
    }

    private static void instruction(StringBuilder out, Memory memory, boolean sandbox) {
        int code = memory.u16(0);
        int yes = memory.u8(2);
        int no = memory.u8(3);
        boolean jumps = (yes | no) != 0;
        code(out.append(jumps ? "BPF_JUMP(" : "BPF_STMT("), memory, code);
        out.append(", ");
        if (sandbox && (code & CLASS) == RETURN) {
            action(out, memory, memory.u32(4));
        } else {
            Digits.hex(out, memory.u32(4));
        }
        if (jumps) {
            Digits.hex(out.append(", "), yes);
            Digits.hex(out.append(", "), no);
        }
        out.append(')');
    }

    private static void code(StringBuilder out, Memory memory, int code) {
        CLASSES.write(out, memory, code & CLASS);
        switch (code & CLASS) {
            case 0, 1 -> {
                SIZES.write(out.append('|'), memory, code & SIZE_BITS);
                MODES.write(out.append('|'), memory, code & MODE);
            }
            case 2, 3 -> rest(out, code & ~CLASS);
            case 4 -> {
                SOURCES.write(out.append('|'), memory, code & SOURCE);
                OPERATIONS.write(out.append('|'), memory, code & OPERATION);
            }
            case 5 -> {
                SOURCES.write(out.append('|'), memory, code & SOURCE);
                JUMPS.write(out.append('|'), memory, code & OPERATION);
            }
            case RETURN -> {
                VALUES.write(out.append('|'), memory, code & VALUE);
                rest(out, code & ~(CLASS | VALUE));
            }
            default -> {
                MISCELLANEOUS.write(out.append('|'), memory, code & MISC);
                rest(out, code & ~(CLASS | MISC));
            }
        }
    }

    /** Bits that have no meaning in an instruction of its class. */
    private static void rest(StringBuilder out, int bits) {
        if (bits != 0) {
            Digits.hex(out.append('|'), bits);
            out.append(" /* BPF_??? */");
        }
    }

    private static void action(StringBuilder out, Memory memory, long value) {
        ACTIONS.write(out, memory, value & 0xffff_0000L);
        if ((value & 0xffff) != 0) {
            Digits.hex(out.append('|'), value & 0xffff);
        }
    }
}
