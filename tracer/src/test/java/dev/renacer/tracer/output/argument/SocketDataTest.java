// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static dev.renacer.tracer.output.argument.DataLines.ADDRESS;
import static dev.renacer.tracer.output.argument.DataLines.piece;
import static dev.renacer.tracer.output.argument.DataLines.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Addresses, messages and options of sockets, as strace 6.1 writes them, from bytes as the structs of C have them. */
class SocketDataTest {
    @Test
    void addressesOfSocketsByTheirFamily() {
        assertThat(connect(new Struct().u16(2).network16(443).u8(127, 0, 0, 1).bytes(16)))
                .isEqualTo("{sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr(\"127.0.0.1\")}, 16");
        assertThat(connect(new Struct()
                        .u16(10)
                        .network16(80)
                        .u32(0)
                        .at(23)
                        .u8(1)
                        .u32(0)
                        .bytes(28)))
                .isEqualTo("{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0),"
                        + " inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, 28");
        assertThat(connect(new Struct().u16(1).text("/run/x.sock").bytes(110)))
                .isEqualTo("{sa_family=AF_UNIX, sun_path=\"/run/x.sock\"}, 110");
        assertThat(connect(new Struct().u16(1).text("\0abstract").bytes()))
                .isEqualTo("{sa_family=AF_UNIX, sun_path=@\"abstract\"}, 11");
        assertThat(connect(new Struct().u16(1).bytes())).isEqualTo("{sa_family=AF_UNIX}, 2");
        assertThat(connect(new Struct().u16(16, 0).u32(0, 1).bytes()))
                .isEqualTo("{sa_family=AF_NETLINK, nl_pid=0, nl_groups=0x000001}, 12");
        assertThat(connect(new Struct().u16(16, 0).u32(5, 0).bytes()))
                .isEqualTo("{sa_family=AF_NETLINK, nl_pid=5, nl_groups=00000000}, 12");
        assertThat(connect(new Struct().u16(40, 0).u32(1024, 2).bytes(16)))
                .isEqualTo("{sa_family=AF_VSOCK, svm_cid=VMADDR_CID_HOST, svm_port=0x400, svm_flags=0}, 16");
        assertThat(connect(new Struct().u16(38).text("hash").at(24).text("sha1").bytes(88)))
                .isEqualTo("{sa_family=AF_ALG, salg_type=\"hash\", salg_feat=0, salg_mask=0, salg_name=\"sha1\"}, 88");
        assertThat(connect(new Struct()
                        .u16(17)
                        .network16(3)
                        .u32(1)
                        .u16(772)
                        .u8(0, 6, 1, 2, 3, 4, 5, 6)
                        .bytes(20)))
                .isEqualTo("{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_ALL), sll_ifindex=1,"
                        + " sll_hatype=ARPHRD_LOOPBACK, sll_pkttype=PACKET_HOST, sll_halen=6,"
                        + " sll_addr=[0x1, 0x2, 0x3, 0x4, 0x5, 0x6]}, 20");
    }

    @Test
    void anAddressThatIsTooShortForItsFamilyIsBytes() {
        assertThat(connect(new Struct().u16(2).u8(0, 80, 1).bytes()))
                .isEqualTo("{sa_family=AF_INET, sa_data=\"\\0P\\1\"}, 5");
        assertThat(connect(new Struct().u16(99).text("abc").bytes()))
                .isEqualTo("{sa_family=0x63 /* AF_??? */, sa_data=\"abc\"}, 5");
    }

    @Test
    void anInternetAddressOfVersion6AsInetNtopHasIt() {
        assertThat(connect6(0x20010db8L, 0, 0, 1)).contains("\"2001:db8::1\"");
        assertThat(connect6(0, 0, 0xffff, 0x7f000001L)).contains("\"::ffff:127.0.0.1\"");
        assertThat(connect6(0, 0, 0, 0)).contains("\"::\"");
        assertThat(connect6(0xfe800000L, 0, 0x00010000L, 0)).contains("\"fe80::1:0:0:0\"");
        assertThat(connect6(0x00010002L, 0x00030004L, 0x00050006L, 0x00070000L)).contains("\"1:2:3:4:5:6:7:0\"");
    }

    @Test
    void aLengthThatTheCallReplaces() {
        byte[] address = new Struct().u16(2).network16(80).u8(10, 0, 0, 1).bytes(16);
        CallFixture accept = call("accept4")
                .args(3, ADDRESS, ADDRESS, 0x80000)
                .bytes(2, new Struct().u32(128).bytes(), false)
                .written(1, address, false)
                .written(2, new Struct().u32(16).bytes(), false)
                .returns(4);
        assertThat(text(accept))
                .isEqualTo("3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"10.0.0.1\")}, [128 => 16],"
                        + " SOCK_CLOEXEC = 4");
        assertThat(text(call("accept")
                        .args(3, ADDRESS, ADDRESS)
                        .bytes(2, new Struct().u32(16).bytes(), false)
                        .fails(11)))
                .startsWith("3, 0x1000, [16] = -1 EAGAIN");
    }

    @Test
    void buffersOfAnIovecAsFarAsTheyWereTransferred() {
        byte[] vector = new Struct().u64(0x11, 5, 0x22, 53, 0, 0).bytes();
        assertThat(text(call("writev")
                        .args(4, ADDRESS, 3)
                        .data(piece(1, Part.VECTOR, 0, vector))
                        .data(piece(1, Part.ELEMENT, 0, "hello".getBytes(StandardCharsets.UTF_8)))
                        .data(new CapturedData(1, Part.ELEMENT, 1, false, new byte[] {'w'}, true, 0))
                        .data(piece(1, Part.ELEMENT, 2, new byte[0]))
                        .returns(58)))
                .isEqualTo("4, [{iov_base=\"hello\", iov_len=5}, {iov_base=\"w\"..., iov_len=53},"
                        + " {iov_base=NULL, iov_len=0}], 3 = 58");
        byte[] read = new Struct().u64(0x11, 5, 0x22, 5).bytes();
        assertThat(text(call("readv")
                        .args(4, ADDRESS, 2)
                        .data(new CapturedData(1, Part.VECTOR, 0, true, read, false, 0))
                        .data(new CapturedData(1, Part.ELEMENT, 0, true, new byte[] {'a', 'b'}, false, 0))
                        .returns(2)))
                .isEqualTo("4, [{iov_base=\"ab\", iov_len=5}, {iov_base=\"\", iov_len=5}], 2 = 2");
    }

    @Test
    void aMessageWithItsAddressBuffersAndControlMessages() {
        byte[] control =
                new Struct().u64(24).u32(1, 1, 3, 4).u64(28).u32(1, 2, 7, 8, 9).bytes();
        byte[] header = new Struct()
                .u64(0x11)
                .u32(16, 0)
                .u64(0x22, 1, 0x33, control.length)
                .u32(0x40, 0)
                .bytes();
        assertThat(text(call("sendmsg")
                        .args(8, ADDRESS, 0)
                        .bytes(1, header, false)
                        .data(piece(
                                1,
                                Part.NAME,
                                0,
                                new Struct().u16(2).network16(1).u8(1, 2, 3, 4).bytes(16)))
                        .data(piece(1, Part.CONTROL, 0, control))
                        .data(piece(1, Part.VECTOR, 0, new Struct().u64(0x44, 2).bytes()))
                        .data(piece(1, Part.ELEMENT, 0, new byte[] {'o', 'k'}))
                        .returns(2)))
                .isEqualTo("8, {msg_name={sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr(\"1.2.3.4\")},"
                        + " msg_namelen=16, msg_iov=[{iov_base=\"ok\", iov_len=2}], msg_iovlen=1,"
                        + " msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3, 4]},"
                        + " {cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS,"
                        + " cmsg_data={pid=7, uid=8, gid=9}}], msg_controllen=52, msg_flags=MSG_DONTWAIT}, 0 = 2");
    }

    @Test
    void valuesOfSocketOptions() {
        assertThat(text(call("setsockopt")
                        .args(3, 1, 2, ADDRESS, 4)
                        .bytes(3, new Struct().u32(1).bytes(), false)))
                .isEqualTo("3, SOL_SOCKET, SO_REUSEADDR, [1], 4 = 0");
        assertThat(text(call("setsockopt")
                        .args(3, 1, 13, ADDRESS, 8)
                        .bytes(3, new Struct().u32(1, 5).bytes(), false)))
                .isEqualTo("3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, 8 = 0");
        assertThat(text(call("getsockopt")
                        .args(3, 1, 17, ADDRESS, ADDRESS)
                        .bytes(4, new Struct().u32(12).bytes(), false)
                        .written(3, new Struct().u32(7, 0, 0).bytes(), false)
                        .written(4, new Struct().u32(12).bytes(), false)))
                .isEqualTo("3, SOL_SOCKET, SO_PEERCRED, {pid=7, uid=0, gid=0}, [12] = 0");
    }

    private static String connect(byte[] address) {
        String text = text(call("connect").args(3, ADDRESS, address.length).bytes(1, address, false));
        return text.substring("3, ".length(), text.indexOf(" = 0"));
    }

    private static String connect6(long first, long second, long third, long fourth) {
        Struct address = new Struct().u16(10).network16(80).u32(0);
        for (long word : new long[] {first, second, third, fourth}) {
            address.network16((int) (word >> 16)).network16((int) word & 0xffff);
        }
        return connect(address.u32(0).bytes());
    }
}
