// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.device;

import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.syscall.Digits;

/** The settings of terminals and consoles (asm-generic/termbits.h). */
final class Terminals {
    private static final Names INPUT = Names.of("field_iflag");
    private static final Names OUTPUT = Names.of("field_oflag");
    private static final Names CONTROL = Names.of("field_cflag");
    private static final Names LOCAL = Names.of("field_lflag");
    private static final Names SPEED = Names.of("field_baud");
    private static final Names DISCIPLINE = Names.of("field_line_discipline");
    private static final Names MODE = Names.of("keyboard_mode");

    private static final String[] CHARACTERS = {
        "VINTR",
        "VQUIT",
        "VERASE",
        "VKILL",
        "VEOF",
        "VTIME",
        "VMIN",
        "VSWTC",
        "VSTART",
        "VSTOP",
        "VSUSP",
        "VEOL",
        "VREPRINT",
        "VDISCARD",
        "VWERASE",
        "VLNEXT",
        "VEOL2"
    };
    private static final String[] CARRIAGE = {"CR0", "CR1", "CR2", "CR3"};
    private static final String[] TABS = {"TAB0", "TAB1", "TAB2", "XTABS"};
    private static final String[] BITS = {"CS5", "CS6", "CS7", "CS8"};
    private static final int FIELDS_OF_OUTPUT = 0xff00;
    private static final int SPEED_MASK = 0x100f;
    private static final int BITS_MASK = 0x30;
    private static final int IBSHIFT = 16;

    private Terminals() {}

    static void termios(StringBuilder out, Memory memory) {
        settings(out, memory, memory.i32(0), memory.i32(4), memory.i32(8), memory.i32(12));
        rest(out, memory, 16, 19);
    }

    /** The older struct of 16-bit flags. */
    static void termio(StringBuilder out, Memory memory) {
        settings(out, memory, memory.u16(0), memory.u16(2), memory.u16(4), memory.u16(6));
        rest(out, memory, 8, 8);
    }

    private static void settings(StringBuilder out, Memory memory, int input, int output, int control, int local) {
        INPUT.flags(out.append("{c_iflag="), memory, Integer.toUnsignedLong(input));
        output(out.append(", c_oflag="), memory, output);
        control(out.append(", c_cflag="), memory, control);
        LOCAL.flags(out.append(", c_lflag="), memory, Integer.toUnsignedLong(local));
    }

    private static void output(StringBuilder out, Memory memory, int flags) {
        out.append((flags & 0x100) == 0 ? "NL0|" : "NL1|");
        out.append(CARRIAGE[flags >> 9 & 3]).append('|').append(TABS[flags >> 11 & 3]);
        out.append((flags & 0x2000) == 0 ? "|BS0" : "|BS1");
        out.append((flags & 0x4000) == 0 ? "|VT0" : "|VT1");
        out.append((flags & 0x8000) == 0 ? "|FF0|" : "|FF1|");
        OUTPUT.flags(out, memory, Integer.toUnsignedLong(flags & ~FIELDS_OF_OUTPUT));
    }

    private static void control(StringBuilder out, Memory memory, int flags) {
        SPEED.write(out, memory, flags & SPEED_MASK).append('|');
        int input = flags >>> IBSHIFT & SPEED_MASK;
        if (input != 0) {
            SPEED.write(out, memory, input).append("<<IBSHIFT|");
        }
        out.append(BITS[flags >> 4 & 3]).append('|');
        int rest = flags & ~(SPEED_MASK | SPEED_MASK << IBSHIFT | BITS_MASK);
        CONTROL.flags(out, memory, Integer.toUnsignedLong(rest));
    }

    private static void rest(StringBuilder out, Memory memory, int line, int characters) {
        if (!memory.verbose()) {
            out.append(", ...}");
            return;
        }
        DISCIPLINE.write(out.append(", c_line="), memory, memory.u8(line));
        out.append(", c_cc=[");
        for (int index = 0; index < characters; index++) {
            out.append(index == 0 ? "[" : ", [");
            if (index < CHARACTERS.length) {
                out.append(CHARACTERS[index]);
            } else {
                out.append(index);
            }
            Digits.hex(out.append("]="), memory.u8(line + 1 + index));
        }
        out.append("]}");
    }

    static void keyboardType(StringBuilder out, Memory memory) {
        int type = memory.u8(0);
        out.append('[');
        switch (type) {
            case 1 -> out.append("KB_84");
            case 2 -> out.append("KB_101");
            case 3 -> out.append("KB_OTHER");
            default -> {
                Digits.hex(out, type);
                out.append(" /* KB_??? */");
            }
        }
        out.append(']');
    }

    static void keyboardMode(StringBuilder out, Memory memory) {
        MODE.write(out.append('['), memory, memory.u32(0)).append(']');
    }
}
