// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.notation.Notations;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.syscall.Digits;
import java.nio.charset.StandardCharsets;

/** Writes the values of fields and attributes, each as its kind says. */
final class Values {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int INET6_BYTES = 16;
    private static final int STORAGE = 128;
    /** The longest address that hardware has (MAX_ADDR_LEN). */
    private static final int HARDWARE_BYTES = 32;

    private static final int TICKS = 100;

    private Values() {}

    /** Writes a value; false if it cannot be one of this kind, so that it is only bytes. */
    static boolean write(StringBuilder out, Kind kind, Part value, Context context) {
        int least = kind.least();
        if (value.length() < least) {
            return false;
        }
        if (!value.isRead(least)) {
            out.append("...");
            return true;
        }
        Memory memory = value.memory();
        switch (kind.form()) {
            case U -> Digits.unsigned(out, number(memory, kind.size()));
            case S -> out.append(signed(memory, kind.size()));
            case X -> Digits.hex(out, number(memory, kind.size()));
            case PADDED -> padded(out, number(memory, kind.size()), 2 * kind.size());
            case VALUE, FLAGS -> kind.names().write(out, memory, number(memory, kind.size()));
            case BE -> networkOrder(out, memory, kind.size());
            case NETWORK ->
                kind.names()
                        .write(out.append("htons("), memory, memory.network16(0))
                        .append(')');
            case ID -> out.append(memory.i32(0) == -1 ? -1 : memory.u32(0));
            case INET -> SocketAddresses.internetAddress(out, memory, 0);
            case INET6 -> six(out, memory);
            case STRUCT -> {
                return Structs.write(out, Tables.struct(kind.of()), value, context);
            }
            case NEST -> {
                return nest(out, kind, value, context);
            }
            default -> {
                return longer(out, kind, value, context);
            }
        }
        return true;
    }

    /** What has no size that is the same for all. */
    private static boolean longer(StringBuilder out, Kind kind, Part value, Context context) {
        switch (kind.form()) {
            case STRING -> string(out, value);
            case NAME -> context.isOf(name(out, value));
            case SLAVE -> context.isPartOf(name(out, value));
            case ADDRESS -> {
                return address(out, value, context.family());
            }
            case HARDWARE -> {
                return hardware(out, value);
            }
            case CLOCK -> {
                return clock(out, value);
            }
            case XINT -> {
                return hexadecimal(out, value);
            }
            case VIA -> {
                return Routes.via(out, value);
            }
            case HOPS -> {
                return Routes.hops(out, value, context);
            }
            case ENDS -> Sockets.ends(out, value.memory(), context.family());
            case CONDITION -> {
                return Sockets.condition(out, value);
            }
            case OPTIONS -> {
                return Sockets.options(out, value);
            }
            case COOKIE -> {
                out.append('[').append(value.memory().u32(0)).append(", ");
                out.append(value.memory().u32(4)).append(']');
            }
            case PAIR -> {
                out.append('[').append(value.memory().u8(0)).append(", ");
                out.append(value.memory().u8(1)).append(']');
            }
            case DEVICE -> Notations.device(out, value.memory().u32(0));
            case ARRAY, SIGNED, INDEXED, SIGNED_INDEXED, WORDS, SOCKETS -> {
                return array(out, kind, value);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static long number(Memory memory, int size) {
        return switch (size) {
            case 1 -> memory.u8(0);
            case 2 -> memory.u16(0);
            case 4 -> memory.u32(0);
            default -> memory.i64(0);
        };
    }

    private static long signed(Memory memory, int size) {
        return switch (size) {
            case 1 -> (byte) memory.u8(0);
            case 2 -> (short) memory.u16(0);
            case 4 -> memory.i32(0);
            default -> memory.i64(0);
        };
    }

    private static void networkOrder(StringBuilder out, Memory memory, int size) {
        if (size == Short.BYTES) {
            out.append("htons(").append(memory.network16(0)).append(')');
        } else {
            Digits.unsigned(out.append("htobe64("), Long.reverseBytes(memory.i64(0)));
            out.append(')');
        }
    }

    private static boolean hexadecimal(StringBuilder out, Part value) {
        int size = value.length();
        if (size != Byte.BYTES && size != Short.BYTES && size != Integer.BYTES && size != Long.BYTES) {
            return false;
        }
        if (value.isRead(size)) {
            Digits.hex(out, number(value.memory(), size));
        } else {
            out.append("...");
        }
        return true;
    }

    /** A number of up to 8 bytes, in hundredths of a second. */
    private static boolean clock(StringBuilder out, Part value) {
        int size = value.length();
        if (size > Long.BYTES) {
            return false;
        }
        if (!value.isRead(size)) {
            out.append("...");
            return true;
        }
        long ticks = 0;
        for (int at = size - 1; at >= 0; at--) {
            ticks = ticks << Byte.SIZE | value.memory().u8(at);
        }
        Digits.unsigned(out, ticks);
        if (ticks != 0) {
            Digits.unsigned(out.append(" /* "), Long.divideUnsigned(ticks, TICKS));
            long rest = Long.remainderUnsigned(ticks, TICKS);
            out.append(rest < 10 ? ".0" : ".").append(rest).append(" s */");
        }
        return true;
    }

    /** A string without the NUL that must be at its end; without one it is not at its end. */
    private static void string(StringBuilder out, Part value) {
        Memory memory = value.memory();
        int length = memory.length();
        boolean whole = length == value.length() && length > 0 && memory.u8(length - 1) == 0;
        memory.detail().limited(out, memory.bytes(), memory.start(), whole ? length - 1 : length, !whole);
    }

    /** Writes a string up to its NUL. Returns it, if it has one. */
    private static String name(StringBuilder out, Part value) {
        Memory memory = value.memory();
        int length = memory.stringLength(0);
        boolean whole = length < memory.length();
        memory.detail().limited(out, memory.bytes(), memory.start(), length, !whole);
        return whole ? new String(memory.bytes(), memory.start(), length, StandardCharsets.ISO_8859_1) : "";
    }

    /** An address of a family; one of another length is bytes. */
    static boolean address(StringBuilder out, Part value, int family) {
        int size = family == AF_INET ? Integer.BYTES : family == AF_INET6 ? INET6_BYTES : 0;
        if (size == 0 || value.length() < size) {
            return false;
        }
        if (!value.isRead(size)) {
            out.append("...");
        } else if (family == AF_INET) {
            SocketAddresses.internetAddress(out, value.memory(), 0);
        } else {
            six(out, value.memory());
        }
        return true;
    }

    private static void six(StringBuilder out, Memory memory) {
        SocketAddresses.internetAddress6(out.append("inet_pton(AF_INET6, \""), memory.part(0, INET6_BYTES));
        out.append("\")");
    }

    private static boolean hardware(StringBuilder out, Part value) {
        if (value.length() > HARDWARE_BYTES) {
            return false;
        }
        Memory memory = value.memory();
        for (int at = 0; at < memory.length(); at++) {
            out.append(at == 0 ? "" : ":").append(Character.forDigit(memory.u8(at) >> 4, 16));
            out.append(Character.forDigit(memory.u8(at) & 0xf, 16));
        }
        out.append(memory.length() < value.length() ? "..." : "");
        return true;
    }

    private static boolean nest(StringBuilder out, Kind kind, Part value, Context context) {
        String table = context.table(kind.of());
        if (table.isEmpty()) {
            return false;
        }
        AttributeList.write(out, value, Tables.attributes(table), context);
        return true;
    }

    private static boolean array(StringBuilder out, Kind kind, Part value) {
        Memory memory = value.memory();
        int size = kind.form() == Kind.Form.WORDS
                ? memory.wordSize()
                : kind.form() == Kind.Form.SOCKETS ? STORAGE : kind.size();
        int count = value.length() / size;
        if (count == 0) {
            return false;
        }
        out.append('[');
        for (int index = 0; index < count; index++) {
            out.append(index == 0 ? "" : ", ");
            if (index == memory.most() || !value.isRead((index + 1) * size)) {
                out.append("...");
                break;
            }
            element(out, kind, memory.part(index * size, size), index);
        }
        out.append(']');
        return true;
    }

    private static void element(StringBuilder out, Kind kind, Memory element, int index) {
        switch (kind.form()) {
            case ARRAY -> Digits.unsigned(out, number(element, kind.size()));
            case SIGNED -> out.append(signed(element, kind.size()));
            case SOCKETS -> SocketAddresses.write(out, element);
            case WORDS -> padded(out, element.word(0), 2 * element.wordSize());
            default -> {
                index(out, kind.names(), element, index);
                if (kind.form() == Kind.Form.INDEXED) {
                    Digits.unsigned(out, number(element, kind.size()));
                } else {
                    out.append(signed(element, kind.size()));
                }
            }
        }
    }

    private static void index(StringBuilder out, Names names, Memory element, int index) {
        int begin = out.append('[').length();
        names.write(out, element, index);
        if (index > 0 && out.charAt(begin) == '0') { // it has no name, and is no bits
            String number = "0x" + Integer.toHexString(index);
            out.replace(begin, begin + number.length(), Integer.toString(index));
        }
        out.append("]=");
    }

    /** As printf's %#0*x does it: of so many places 0x takes two if the number is not 0. */
    static void padded(StringBuilder out, long value, int places) {
        String digits = Long.toHexString(value);
        out.append(value == 0 ? "" : "0x");
        out.repeat('0', Math.max(0, places - digits.length() - (value == 0 ? 0 : 2)))
                .append(digits);
    }
}
