// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.syscall.Digits;

/** What is asked of sockets and said of them (linux/inet_diag.h). */
final class Sockets {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int ADDRESS = 16;
    private static final int OPERATION = 4;
    private static final int HOST = 8;
    private static final int MARK = 8;
    private static final Names CODES = Names.of("netlink_inet_diag_bytecode");
    private static final Names FAMILIES = Names.of("family");

    private static final String[] OPTIONS = {
        "recverr",
        "is_icsk",
        "freebind",
        "hdrincl",
        "mc_loop",
        "transparent",
        "mc_all",
        "nodefrag",
        "bind_address_no_port",
        "recverr_rfc4884",
        "defer_connect"
    };

    private Sockets() {}

    /** Writes a struct inet_diag_sockid. */
    static void ends(StringBuilder out, Memory memory, int family) {
        out.append("{idiag_sport=htons(").append(memory.network16(0));
        out.append("), idiag_dport=htons(").append(memory.network16(2)).append("), ");
        address(out, memory.part(4, ADDRESS), family, "idiag_src");
        address(out.append(", "), memory.part(20, ADDRESS), family, "idiag_dst");
        out.append(", idiag_if=").append(memory.u32(36));
        out.append(", idiag_cookie=[").append(memory.u32(40)).append(", ");
        out.append(memory.u32(44)).append("]}");
    }

    /** Writes an address as a field, as far as there is one of this family. */
    private static void address(StringBuilder out, Memory memory, int family, String name) {
        switch (family) {
            case AF_INET -> SocketAddresses.internetAddress(out.append(name).append('='), memory, 0);
            case AF_INET6 -> {
                SocketAddresses.internetAddress6(out.append("inet_pton(AF_INET6, \""), memory);
                out.append("\", &").append(name).append(')');
            }
            default ->
                new Part(memory, memory.length()).hexadecimal(out.append(name).append('='));
        }
    }

    /** Likewise of bytes that may be too few for it, or not all read. */
    static void named(StringBuilder out, Part value, int family, String name) {
        int size = family == AF_INET ? Integer.BYTES : family == AF_INET6 ? ADDRESS : 0;
        if (size == 0 || value.length() < size) {
            value.hexadecimal(out.append(name).append('='));
        } else if (value.isRead(size)) {
            address(out, value.memory().part(0, size), family, name);
        } else {
            out.append(name).append("=...");
        }
    }

    /** Writes the first operation of a program that selects sockets (struct inet_diag_bc_op), and what follows it. */
    static boolean condition(StringBuilder out, Part value) {
        if (value.length() < OPERATION) {
            return false;
        }
        if (!value.isRead(OPERATION)) {
            out.append("...");
            return true;
        }
        operation(out, value.memory());
        if (value.length() > OPERATION) {
            operand(out.append(", "), value.from(OPERATION), value.memory().u8(0));
        }
        return true;
    }

    /** Writes the options that are set (struct inet_diag_sockopt); all of them where all of a struct is wanted. */
    static boolean options(StringBuilder out, Part value) {
        if (value.length() < Short.BYTES) {
            return false;
        }
        if (!value.isRead(Short.BYTES)) {
            out.append("...");
            return true;
        }
        Memory memory = value.memory();
        int bits = memory.u16(0);
        int begin = out.append('{').length();
        for (int bit = 0; bit < OPTIONS.length; bit++) {
            if (memory.verbose() || (bits & 1 << bit) != 0) {
                out.append(out.length() > begin ? ", " : "").append(OPTIONS[bit]);
                out.append('=').append(bits >> bit & 1);
            }
        }
        int unused = bits >> OPTIONS.length;
        if (memory.verbose() || unused != 0) {
            Digits.hex(out.append(out.length() > begin ? ", unused=" : "unused="), unused);
            out.append(" /* bits 3..8 */");
        }
        out.append('}');
        if (value.length() > Short.BYTES) {
            value.from(Short.BYTES).hexadecimal(out.append(", "));
        }
        return true;
    }

    private static void operation(StringBuilder out, Memory memory) {
        CODES.write(out.append("{code="), memory, memory.u8(0));
        out.append(", yes=").append(memory.u8(1));
        out.append(", no=").append(memory.u16(2)).append('}');
    }

    private static void operand(StringBuilder out, Part operand, int code) {
        int size = switch (code) {
            case 7, 8 -> HOST; // a host that is the source or the destination
            case 2, 3, 4, 5, 9 -> OPERATION; // a port that is compared, or an interface
            case 10 -> MARK;
            default -> 0;
        };
        if (size == 0 || operand.length() < size) {
            operand.hexadecimal(out);
        } else if (!operand.isRead(size)) {
            out.append("...");
        } else if (size == HOST && code != 10) {
            host(out, operand);
        } else if (code == 10) {
            out.append("{mark=").append(operand.memory().u32(0));
            out.append(", mask=").append(operand.memory().u32(4)).append('}');
        } else if (code == 9) {
            out.append(operand.memory().u32(0));
        } else {
            operation(out, operand.memory());
        }
    }

    private static void host(StringBuilder out, Part host) {
        Memory memory = host.memory();
        int family = memory.u8(0);
        FAMILIES.write(out.append("{family="), memory, family);
        out.append(", prefix_len=").append(memory.u8(1));
        out.append(", port=").append(memory.u32(4));
        if (host.length() > HOST) {
            named(out.append(", "), host.from(HOST), family, "addr");
        }
        out.append('}');
    }
}
