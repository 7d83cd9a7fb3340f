// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.syscall.ErrnoNames;
import org.jspecify.annotations.Nullable;

/**
 * The value of a socket option: a number, a struct, or bytes. A struct that a program gives is one if it is long enough;
 * of one that it gets, as much is written as it has asked for.
 */
final class SocketOptions {
    private static final int SOL_IP = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SOL_IPV6 = 41;
    private static final int SOL_PACKET = 263;
    private static final int SOL_NETLINK = 270;
    private static final int SO_ERROR = 4;
    private static final int SO_LINGER = 13;
    private static final int SO_PEERCRED = 17;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_DROP_MEMBERSHIP = 36;
    private static final int IPV6_ADD_MEMBERSHIP = 20;
    private static final int IPV6_DROP_MEMBERSHIP = 21;
    private static final int MCAST_JOIN_GROUP = 42;
    private static final int MCAST_LEAVE_GROUP = 45;
    private static final int PACKET_ADD_MEMBERSHIP = 1;
    private static final int PACKET_DROP_MEMBERSHIP = 2;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_TX_RING = 13;
    private static final int SOCKADDR_STORAGE = 128;
    /** The argument that says how long the value is. */
    private static final int LENGTH = 4;

    /** Options of SOL_SOCKET that are numbers, however long their values are: a bit for each. */
    private static final long[] NUMBERS = bits(
            1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 19, 27, 29, 30, 32, 33, 34, 35, 36, 37, 40, 41, 42, 43, 44,
            45, 46, 49, 53, 56, 60, 63, 64, 65, 68, 69, 70, 73, 75);

    private static final String[] LINGER = {"{l_onoff=", ", l_linger="};
    private static final String[] CREDENTIALS = {"{pid=", ", uid=", ", gid="};
    private static final String[] STATISTICS = {"{tp_packets=", ", tp_drops=", ", tp_freeze_q_cnt="};
    private static final String[] RING = {"{tp_block_size=", ", tp_block_nr=", ", tp_frame_size=", ", tp_frame_nr="};
    private static final Names MEMBERSHIP = Names.of("field_packet_membership");

    private SocketOptions() {}

    private static long[] bits(int... options) {
        long[] bits = new long[2];
        for (int option : options) {
            bits[option >> 6] |= 1L << option;
        }
        return bits;
    }

    private static boolean isNumber(int option) {
        return option >= 0 && option >> 6 < NUMBERS.length && (NUMBERS[option >> 6] & 1L << option) != 0;
    }

    static boolean write(StringBuilder out, SyscallCall call, TextDetail detail, int index, boolean atExit) {
        CapturedData data = value(call, index, atExit);
        if (data == null) {
            return false;
        }
        Memory whole = CapturedPieces.memory(call, detail, data);
        Memory value = atExit ? whole : whole.part(0, Math.max(0, Math.min(whole.length(), (int) call.args()[LENGTH])));
        if (value.length() == 0) {
            return false;
        }
        int option = (int) call.args()[2];
        return switch ((int) call.args()[1]) {
            case SOL_SOCKET ->
                isFilter(option)
                        ? !atExit && program(out, call, detail, index, value)
                        : socket(out, value, option, atExit);
            case SOL_IP -> internet(out, value, option, atExit);
            case SOL_IPV6 -> internet6(out, value, option, atExit);
            case SOL_PACKET -> packet(out, value, option, atExit);
            case SOL_NETLINK -> number(out, value, atExit);
            default -> plain(out, value);
        };
    }

    private static boolean socket(StringBuilder out, Memory value, int option, boolean atExit) {
        return switch (option) {
            case SO_ERROR -> (atExit && value.length() >= Integer.BYTES) ? error(out, value.i32(0)) : plain(out, value);
            case SO_LINGER -> fields(out, value, LINGER, true, atExit);
            case SO_PEERCRED -> atExit ? fields(out, value, CREDENTIALS, true, true) : plain(out, value);
            default -> isNumber(option) ? number(out, value, atExit) : plain(out, value);
        };
    }

    private static boolean error(StringBuilder out, int error) {
        out.append('[');
        if (error == 0) {
            out.append('0');
        } else {
            out.append(ErrnoNames.of(error).name());
        }
        out.append(']');
        return true;
    }

    /** Of what may have a pointer, all that has room for one is read, and what is as long as the call says. */
    private static @Nullable CapturedData value(SyscallCall call, int index, boolean atExit) {
        CapturedData longest = null;
        for (CapturedData piece : call.data()) {
            boolean is = piece.argument() == index && piece.part() == Part.DATA && piece.atExit() == atExit;
            if (is && piece.readable() && (longest == null || piece.bytes().length > longest.bytes().length)) {
                longest = piece;
            }
        }
        return longest;
    }

    private static boolean isFilter(int option) {
        return option == SO_ATTACH_FILTER || option == SO_ATTACH_REUSEPORT_CBPF;
    }

    /** A program of instructions, of which only the address is in the struct. */
    private static boolean program(StringBuilder out, SyscallCall call, TextDetail detail, int index, Memory value) {
        if (value.length() != 2 * value.wordSize()) {
            return false;
        }
        Nested.instructions(out, call, detail, index, value);
        return true;
    }

    private static boolean internet(StringBuilder out, Memory value, int option, boolean atExit) {
        return switch (option) {
            case IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP -> {
                if (atExit) {
                    yield plain(out, value);
                }
                if (value.length() < 8) {
                    yield false;
                }
                SocketAddresses.internetAddress(out.append("{imr_multiaddr="), value, 0);
                SocketAddresses.internetAddress(out.append(", imr_interface="), value, 4);
                out.append('}');
                yield true;
            }
            case MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP -> atExit ? plain(out, value) : group(out, value);
            default -> plain(out, value);
        };
    }

    private static boolean internet6(StringBuilder out, Memory value, int option, boolean atExit) {
        return switch (option) {
            case IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP -> {
                if (atExit) {
                    yield plain(out, value);
                }
                if (value.length() < 20) {
                    yield false;
                }
                SocketAddresses.internetAddress6(out.append("{inet_pton(AF_INET6, \""), value.part(0, 16));
                out.append("\", &ipv6mr_multiaddr), ipv6mr_interface=")
                        .append(value.u32(16))
                        .append('}');
                yield true;
            }
            case MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP -> atExit ? plain(out, value) : group(out, value);
            default -> plain(out, value);
        };
    }

    private static boolean group(StringBuilder out, Memory value) {
        int word = value.wordSize();
        if (value.length() < word + SOCKADDR_STORAGE) {
            return false;
        }
        out.append("{gr_interface=").append(value.u32(0)).append(", gr_group=");
        SocketAddresses.write(out, value.part(word, SOCKADDR_STORAGE));
        out.append('}');
        return true;
    }

    private static boolean packet(StringBuilder out, Memory value, int option, boolean atExit) {
        return switch (option) {
            case PACKET_STATISTICS -> atExit ? fields(out, value, STATISTICS, false, true) : plain(out, value);
            case PACKET_RX_RING, PACKET_TX_RING ->
                atExit
                        ? plain(out, value)
                        : value.length() == RING.length * Integer.BYTES && fields(out, value, RING, false, false);
            case PACKET_ADD_MEMBERSHIP, PACKET_DROP_MEMBERSHIP -> atExit ? plain(out, value) : membership(out, value);
            default -> plain(out, value);
        };
    }

    private static boolean membership(StringBuilder out, Memory value) {
        if (value.length() < 16) {
            return false;
        }
        out.append("{mr_ifindex=").append(value.u32(0));
        MEMBERSHIP.write(out.append(", mr_type="), value, value.u16(4));
        int length = value.u16(6);
        out.append(", mr_alen=").append(length).append(", mr_address=");
        for (int index = 0; index < Math.min(length, 8); index++) {
            int octet = value.u8(8 + index);
            out.append(index == 0 ? "" : ":").append(Character.forDigit(octet >> 4, 16));
            out.append(Character.forDigit(octet & 0xf, 16));
        }
        out.append('}');
        return true;
    }

    /** Numbers of 32 bits; a part of one that is cut is written as bytes. */
    private static boolean fields(StringBuilder out, Memory value, String[] names, boolean signed, boolean partly) {
        if (!partly && value.length() < names.length * Integer.BYTES) {
            return false;
        }
        for (int index = 0; index < names.length && index * Integer.BYTES < value.length(); index++) {
            int at = index * Integer.BYTES;
            out.append(names[index]);
            if (value.length() < at + Integer.BYTES) {
                Quoted.hexadecimal(out, value.bytes(), value.start() + at, value.length() - at);
            } else {
                out.append(signed ? value.i32(at) : value.u32(at));
            }
        }
        out.append('}');
        return true;
    }

    /** A number, even if there is more than that; what a program gives is none if it is shorter. */
    private static boolean number(StringBuilder out, Memory value, boolean atExit) {
        if (value.length() < Integer.BYTES) {
            return atExit && plain(out, value);
        }
        out.append('[').append(value.i32(0)).append(']');
        return true;
    }

    /** A number, if it can be one, otherwise bytes. */
    private static boolean plain(StringBuilder out, Memory value) {
        if (value.length() == Integer.BYTES) {
            out.append('[').append(value.i32(0)).append(']');
        } else {
            value.quoted(out);
        }
        return true;
    }
}
