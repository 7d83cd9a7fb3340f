// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.descriptor.address.InetText;
import dev.renacer.tracer.syscall.Digits;

/** A struct sockaddr of as many bytes as the program gave: by its family, or as bytes if it is too short for that. */
public final class SocketAddresses {
    private static final int FAMILY = 2;
    private static final int PATH_BYTES = 108;
    private static final Names FAMILIES = Names.of("family");
    private static final Names PROTOCOLS = Names.of("field_protocol");
    private static final Names HARDWARE = Names.of("field_hardware");
    private static final Names PACKETS = Names.of("field_packet");

    private SocketAddresses() {}

    /** Whether there are enough bytes for a family. */
    public static boolean isAddress(Memory memory) {
        return memory.length() >= FAMILY;
    }

    public static void write(StringBuilder out, Memory memory) {
        int family = memory.u16(0);
        FAMILIES.write(out.append("{sa_family="), memory, family);
        if (memory.length() > FAMILY) {
            switch (family) {
                case 1 -> unix(out, memory.part(FAMILY, PATH_BYTES));
                case 2 -> inet(out, memory);
                case 10 -> inet6(out, memory);
                case 16 -> netlink(out, memory);
                case 17 -> packet(out, memory);
                case 38 -> algorithm(out, memory);
                case 40 -> vsock(out, memory);
                default -> data(out, memory);
            }
        }
        out.append('}');
    }

    private static void data(StringBuilder out, Memory memory) {
        memory.from(FAMILY).quoted(out.append(", sa_data="));
    }

    private static void unix(StringBuilder out, Memory path) {
        out.append(", sun_path=");
        if (path.u8(0) == 0) {
            Memory name = path.from(1);
            name.detail().whole(out.append('@'), name.bytes(), name.start(), name.length());
        } else {
            path.quotedName(out);
        }
    }

    private static void inet(StringBuilder out, Memory memory) {
        if (memory.length() < 16) {
            data(out, memory);
            return;
        }
        out.append(", sin_port=htons(").append(memory.network16(2)).append("), sin_addr=");
        internetAddress(out, memory, 4);
    }

    /** Writes {@code inet_addr("127.0.0.1")}. */
    public static void internetAddress(StringBuilder out, Memory memory, int offset) {
        dotted(out.append("inet_addr(\""), memory, offset);
        out.append("\")");
    }

    private static void dotted(StringBuilder out, Memory memory, int offset) {
        out.append(memory.u8(offset)).append('.').append(memory.u8(offset + 1));
        out.append('.').append(memory.u8(offset + 2)).append('.').append(memory.u8(offset + 3));
    }

    private static void inet6(StringBuilder out, Memory memory) {
        if (memory.length() < 24) {
            data(out, memory);
            return;
        }
        out.append(", sin6_port=htons(").append(memory.network16(2));
        out.append("), sin6_flowinfo=htonl(");
        out.append(Integer.toUnsignedLong(Integer.reverseBytes(memory.i32(4))));
        internetAddress6(out.append("), inet_pton(AF_INET6, \""), memory.part(8, 16));
        out.append("\", &sin6_addr)");
        if (memory.length() >= 28) {
            out.append(", sin6_scope_id=").append(memory.u32(24));
        }
    }

    /** Writes 16 bytes as inet_ntop(3) does: the longest run of zeros is left out. */
    public static void internetAddress6(StringBuilder out, Memory memory) {
        byte[] address = new byte[16]; // of a struct that was cut, what is missing is 0
        for (int index = 0; index < address.length; index++) {
            address[index] = (byte) memory.u8(index);
        }
        out.append(InetText.six(address, 0));
    }

    private static void netlink(StringBuilder out, Memory memory) {
        if (memory.length() < 12) {
            data(out, memory);
            return;
        }
        if (memory.u16(2) != 0) {
            Digits.hex(out.append(", nl_pad="), memory.u16(2));
        }
        out.append(", nl_pid=").append(memory.i32(4)).append(", nl_groups=");
        int from = out.length();
        long groups = memory.u32(8);
        // As printf's %#08x does it: eight places, of which 0x takes two if the number is not 0.
        out.append(groups == 0 ? "" : "0x");
        int digits = Math.max(1, (67 - Long.numberOfLeadingZeros(groups)) / 4);
        for (int missing = 8 - digits - (out.length() - from); missing > 0; missing--) {
            out.append('0');
        }
        for (int digit = digits - 1; digit >= 0; digit--) {
            out.append(Character.forDigit((int) (groups >>> (4 * digit)) & 0xf, 16));
        }
    }

    private static void packet(StringBuilder out, Memory memory) {
        if (memory.length() < 20) {
            data(out, memory);
            return;
        }
        PROTOCOLS.write(out.append(", sll_protocol=htons("), memory, memory.network16(2));
        out.append("), sll_ifindex=").append(memory.i32(4));
        HARDWARE.write(out.append(", sll_hatype="), memory, memory.u16(8));
        PACKETS.write(out.append(", sll_pkttype="), memory, memory.u8(10));
        int length = memory.u8(11);
        out.append(", sll_halen=").append(length);
        if (length > 0) {
            out.append(", sll_addr=[");
            for (int index = 0; index < Math.min(length, 8); index++) {
                Digits.hex(out.append(index == 0 ? "" : ", "), memory.u8(12 + index));
            }
            out.append(length > 8 ? ", ...]" : "]");
        }
    }

    private static void algorithm(StringBuilder out, Memory memory) {
        memory.part(2, 14).quotedName(out.append(", salg_type="));
        Digits.hex(out.append(", salg_feat="), memory.u32(16));
        Digits.hex(out.append(", salg_mask="), memory.u32(20));
        memory.part(24, 64).quotedName(out.append(", salg_name="));
    }

    private static void vsock(StringBuilder out, Memory memory) {
        if (memory.length() < 16) {
            data(out, memory);
            return;
        }
        out.append(", svm_cid=");
        switch (memory.i32(8)) {
            case -1 -> out.append("VMADDR_CID_ANY");
            case 0 -> out.append("VMADDR_CID_HYPERVISOR");
            case 1 -> out.append("VMADDR_CID_LOCAL");
            case 2 -> out.append("VMADDR_CID_HOST");
            default -> Digits.hex(out, memory.u32(8));
        }
        out.append(", svm_port=");
        if (memory.i32(4) == -1) {
            out.append("VMADDR_PORT_ANY");
        } else {
            Digits.hex(out, memory.u32(4));
        }
        Digits.hex(out.append(", svm_flags="), memory.u8(12));
    }
}
