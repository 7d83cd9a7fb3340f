// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;

/** The control messages of a socket: descriptors and credentials that are passed, times, options of a packet. */
public final class ControlMessages {
    private static final int SOL_IP = 0;
    private static final int SOL_SOCKET = 1;
    private static final int RIGHTS = 1;
    private static final int CREDENTIALS = 2;
    private static final int CREDENTIAL_BYTES = 12;
    private static final int TIMESTAMP = 29;
    private static final int TIMESTAMP_NANOS = 35;
    private static final int IP_PKTINFO = 8;
    private static final int IP_PKTINFO_BYTES = 12;
    private static final Names LEVELS = Names.of("sockopt");
    private static final Names SOCKET = Names.of("field_cmsg");
    private static final Names IP = Names.of("sockopt.0");

    private ControlMessages() {}

    /** Writes all messages in the memory; each begins at a multiple of a word. */
    public static void write(StringBuilder out, Memory memory, boolean cut) {
        int head = memory.wordSize() + 8;
        int offset = 0;
        out.append('[');
        while (offset + head <= memory.length()) {
            long length = memory.word(offset);
            out.append(offset == 0 ? "" : ", ");
            message(out, memory.from(offset), length, head);
            if (length < head || length > memory.length() - offset) {
                break;
            }
            int word = memory.wordSize();
            offset += (int) (length + word - 1) / word * word;
        }
        out.append(cut ? ", ...]" : "]");
    }

    private static void message(StringBuilder out, Memory memory, long length, int head) {
        int level = memory.i32(memory.wordSize());
        int type = memory.i32(memory.wordSize() + 4);
        Digits.unsigned(out.append("{cmsg_len="), length);
        LEVELS.write(out.append(", cmsg_level="), memory, level & 0xffff_ffffL);
        out.append(", cmsg_type=");
        switch (level) {
            case SOL_SOCKET -> SOCKET.write(out, memory, type & 0xffff_ffffL);
            case SOL_IP -> IP.write(out, memory, type & 0xffff_ffffL);
            default -> Digits.hex(out, type & 0xffff_ffffL);
        }
        int most = (int) Math.min(Math.max(0, length - head), Integer.MAX_VALUE);
        data(out, memory.part(head, most), level, type);
        out.append('}');
    }

    private static void data(StringBuilder out, Memory data, int level, int type) {
        int begin = out.length();
        out.append(", cmsg_data=");
        boolean known = switch (level) {
            case SOL_SOCKET -> socket(out, data, type);
            case SOL_IP -> internet(out, data, type);
            default -> false;
        };
        if (!known) {
            out.setLength(begin);
        }
    }

    private static boolean socket(StringBuilder out, Memory data, int type) {
        if (type == RIGHTS) {
            out.append('[');
            for (int offset = 0; offset + 4 <= data.length(); offset += 4) {
                data.descriptor(out.append(offset == 0 ? "" : ", "), offset);
            }
            out.append(']');
            return true;
        }
        if (type == CREDENTIALS && data.length() >= CREDENTIAL_BYTES) {
            credentials(out, data);
            return true;
        }
        if ((type == TIMESTAMP || type == TIMESTAMP_NANOS) && data.length() >= 2 * data.wordSize()) {
            if (type == TIMESTAMP) {
                Times.timeval(out, data);
            } else {
                Times.timespec(out, data);
            }
            return true;
        }
        return false;
    }

    /** Writes a struct ucred. */
    public static void credentials(StringBuilder out, Memory data) {
        out.append("{pid=").append(data.i32(0));
        id(out.append(", uid="), data.i32(4));
        id(out.append(", gid="), data.i32(8));
        out.append('}');
    }

    private static void id(StringBuilder out, int id) {
        out.append(id == -1 ? -1L : Integer.toUnsignedLong(id));
    }

    private static boolean internet(StringBuilder out, Memory data, int type) {
        if (type == IP_PKTINFO && data.length() >= IP_PKTINFO_BYTES) {
            out.append("{ipi_ifindex=").append(data.u32(0)).append(", ipi_spec_dst=");
            SocketAddresses.internetAddress(out, data, 4);
            SocketAddresses.internetAddress(out.append(", ipi_addr="), data, 8);
            out.append('}');
            return true;
        }
        if (data.length() == Integer.BYTES) {
            out.append('[').append(data.i32(0)).append(']');
            return true;
        }
        return false;
    }
}
