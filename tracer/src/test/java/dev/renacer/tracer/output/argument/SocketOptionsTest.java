// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.TextDetail;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1 about socket options. */
class SocketOptionsTest {
    private static final long ADDRESS = 0x1000;

    @Test
    void numbersAreNumbersHoweverLongTheyAre() {
        assertThat(set(1, 2, new Struct().u32(1, 5).bytes())).isEqualTo("SOL_SOCKET, SO_REUSEADDR, [1], 8");
        assertThat(set(1, 2, new Struct().u8(1).bytes())).isEqualTo("SOL_SOCKET, SO_REUSEADDR, 0x1000, 1");
        assertThat(set(270, 1, new Struct().u64(7, 8).bytes()))
                .isEqualTo("SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, [7], 16");
    }

    @Test
    void otherValuesAreNumbersIfTheyAreAsLong() {
        assertThat(set(0, 33, new Struct().u8(5).bytes())).isEqualTo("SOL_IP, IP_MULTICAST_TTL, \"\\5\", 1");
        assertThat(set(1, 25, new Struct().u32(5).bytes())).isEqualTo("SOL_SOCKET, SO_BINDTODEVICE, [5], 4");
        assertThat(set(6, 13, new Struct().text("cubic").bytes())).isEqualTo("SOL_TCP, TCP_CONGESTION, \"cubic\", 5");
        assertThat(set(279, 1, new Struct().text("0123456789").bytes()))
                .isEqualTo("SOL_ALG, ALG_SET_KEY, \"0123456789\", 10");
    }

    @Test
    void structsThatAreTooShortAreNone() {
        assertThat(set(1, 13, new Struct().u32(1).bytes())).isEqualTo("SOL_SOCKET, SO_LINGER, 0x1000, 4");
        assertThat(set(1, 13, new Struct().u32(1, 5).bytes()))
                .isEqualTo("SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, 8");
        assertThat(set(41, 20, new Struct().u32(1).bytes())).isEqualTo("SOL_IPV6, IPV6_ADD_MEMBERSHIP, 0x1000, 4");
        assertThat(set(41, 20, new Struct().u8(0xff, 2).at(15).u8(1).u32(3).bytes()))
                .isEqualTo("SOL_IPV6, IPV6_ADD_MEMBERSHIP, {inet_pton(AF_INET6, \"ff02::1\", &ipv6mr_multiaddr), "
                        + "ipv6mr_interface=3}, 20");
        assertThat(set(263, 13, new Struct().u32(1, 2, 3, 4).bytes()))
                .isEqualTo("SOL_PACKET, PACKET_TX_RING, {tp_block_size=1, tp_block_nr=2, tp_frame_size=3, "
                        + "tp_frame_nr=4}, 16");
        assertThat(set(263, 1, new Struct().u32(3).u16(1, 2).u8(0xab, 1).bytes(16)))
                .isEqualTo("SOL_PACKET, PACKET_ADD_MEMBERSHIP, {mr_ifindex=3, mr_type=PACKET_MR_PROMISC, mr_alen=2, "
                        + "mr_address=ab:01}, 16");
        assertThat(set(
                        0,
                        42,
                        new Struct().u32(3).at(8).u16(2, 0).u8(224, 0, 0, 1).bytes(136)))
                .isEqualTo("SOL_IP, MCAST_JOIN_GROUP, {gr_interface=3, gr_group={sa_family=AF_INET, "
                        + "sin_port=htons(0), sin_addr=inet_addr(\"224.0.0.1\")}}, 136");
    }

    /** Lines of strace 6.1, the second with -v. */
    @Test
    void aFilterHasItsInstructionsIfAllIsShown() {
        byte[] program = new Struct().u16(2).at(8).u64(0x2000).bytes();
        byte[] code = new Struct()
                .u16(0x15)
                .u8(0, 1)
                .u32(0x800)
                .u16(6)
                .u8(0, 0)
                .u32(0xffffffffL)
                .bytes();
        CallFixture attach = call("setsockopt")
                .args(3, 1, 26, ADDRESS, program.length)
                .bytes(3, program, false)
                .data(DataLines.piece(3, Part.ELEMENT, 0, code));

        assertThat(text(attach)).isEqualTo("SOL_SOCKET, SO_ATTACH_FILTER, {len=2, filter=0x2000}, 16");
        assertThat(DataLines.text(attach.build(), new TextDetail(32, true, TextDetail.Hex.NEVER)))
                .isEqualTo("3, SOL_SOCKET, SO_ATTACH_FILTER, {len=2, filter=[BPF_JUMP(BPF_JMP|BPF_K|BPF_JEQ, 0x800, 0,"
                        + " 0x1), BPF_STMT(BPF_RET|BPF_K, 0xffffffff)]}, 16");
        assertThat(text(call("setsockopt").args(3, 1, 26, ADDRESS, 4).bytes(3, program, false)))
                .as("too short")
                .isEqualTo("SOL_SOCKET, SO_ATTACH_FILTER, 0x1000, 4");
    }

    @Test
    void ofAnAnswerAsMuchAsThereIs() {
        assertThat(get(1, 17, new Struct().u32(7, 1000, 1000).bytes()))
                .isEqualTo("SOL_SOCKET, SO_PEERCRED, {pid=7, uid=1000, gid=1000}, [12]");
        assertThat(get(1, 17, new Struct().u32(7).u8(9, 10).bytes()))
                .isEqualTo("SOL_SOCKET, SO_PEERCRED, {pid=7, uid=\"\\x09\\x0a\"}, [6]");
        assertThat(get(263, 6, new Struct().u32(3, 1).bytes()))
                .isEqualTo("SOL_PACKET, PACKET_STATISTICS, {tp_packets=3, tp_drops=1}, [8]");
        assertThat(get(1, 4, new Struct().u32(111).bytes())).isEqualTo("SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]");
    }

    private static String set(int level, int option, byte[] value) {
        return text(
                call("setsockopt").args(3, level, option, ADDRESS, value.length).bytes(3, value, false));
    }

    private static String get(int level, int option, byte[] value) {
        byte[] length = new Struct().u32(value.length).bytes();
        return text(call("getsockopt")
                .args(3, level, option, ADDRESS, ADDRESS)
                .bytes(4, length, false)
                .written(3, value, false)
                .written(4, length, false));
    }

    private static String text(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build());
        return out.substring("3, ".length());
    }
}
