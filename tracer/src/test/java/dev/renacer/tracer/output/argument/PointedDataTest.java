// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.notation.TextDetail.Hex;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1, from bytes as the structs of C have them. */
class PointedDataTest {
    private static final long ADDRESS = 0x1000;

    @Test
    void everyTypeThatASignatureNamesHasAWriter() {
        Set<String> unknown = new TreeSet<>();
        Stream.concat(
                        Stream.of(Abi.values()).map(SyscallTable.instance()::calls),
                        Stream.of(SyscallTable.instance().x32Calls()))
                .flatMap(Collection::stream)
                .flatMap(call -> call.parameters().stream())
                .flatMap(parameter -> Stream.concat(Stream.of(parameter), parameter.selected().values().stream()))
                .flatMap(parameter -> parameter.pointee().stream())
                .filter(pointee -> !PointedData.knows(pointee.type()))
                .forEach(pointee -> unknown.add(pointee.type()));

        assertThat(unknown).isEmpty();
    }

    @Test
    void whatACommandMakesOfAnArgument() {
        assertThat(text(call("fcntl")
                        .args(3, 6, ADDRESS)
                        .bytes(
                                2,
                                new Struct()
                                        .u32(1 << 16)
                                        .u32(0)
                                        .u64(5, 7)
                                        .u32(0)
                                        .u32(0)
                                        .bytes(),
                                false)))
                .isEqualTo("3, F_SETLK, {l_type=F_RDLCK, l_whence=SEEK_CUR, l_start=5, l_len=7} = 0");
        assertThat(text(call(Abi.I386, "fcntl64")
                        .args(3, 5, ADDRESS)
                        .bytes(2, new Struct().u32(1).u32(5).u32(-1).u32(0).bytes(), false)
                        .written(2, new Struct().u32(2).u32(5).u32(-1).u32(9).bytes(), false)))
                .startsWith("3, F_GETLK, {l_type=F_");
        assertThat(text(call(Abi.I386, "fcntl64")
                        .args(3, 13, ADDRESS)
                        .bytes(2, new Struct().u32(1).u64(5, -7).u32(0).bytes(), false)))
                .isEqualTo("3, F_SETLK64, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=5, l_len=-7} = 0");
        assertThat(text(call("futex")
                        .args(ADDRESS, 0x80, 7, ADDRESS)
                        .bytes(3, new Struct().u64(1, 500).bytes(), false)))
                .isEqualTo("0x1000, FUTEX_WAIT_PRIVATE, 7, {tv_sec=1, tv_nsec=500} = 0");
        assertThat(text(call("futex")
                        .args(ADDRESS, 0x81, 7, ADDRESS)
                        .bytes(3, new Struct().u64(1, 500).bytes(), false)))
                .isEqualTo("0x1000, FUTEX_WAKE_PRIVATE, 7 = 0");
    }

    @Test
    void timesByTheirWidth() {
        assertThat(text(call("nanosleep")
                        .args(ADDRESS, 0)
                        .bytes(0, new Struct().u64(1, 500).bytes(), false)))
                .isEqualTo("{tv_sec=1, tv_nsec=500}, NULL = 0");
        assertThat(text(call(Abi.I386, "nanosleep")
                        .args(ADDRESS, 0)
                        .bytes(0, new Struct().u32(-1, -1).bytes(), false)))
                .isEqualTo("{tv_sec=-1, tv_nsec=4294967295}, NULL = 0");
        assertThat(text(call(Abi.I386, "clock_gettime64")
                        .args(1, ADDRESS)
                        .written(1, new Struct().u64(7, 8).bytes(), false)))
                .isEqualTo("CLOCK_MONOTONIC, {tv_sec=7, tv_nsec=8} = 0");
        assertThat(text(call("setitimer")
                        .args(0, ADDRESS, 0)
                        .bytes(1, new Struct().u64(1, 2, 3, 4).bytes(), false)))
                .isEqualTo(
                        "ITIMER_REAL, {it_interval={tv_sec=1, tv_usec=2}, it_value={tv_sec=3, tv_usec=4}}, NULL = 0");
    }

    @Test
    void whatACallDidNotWriteIsAnAddress() {
        byte[] status = new Struct().u32(0).bytes();
        assertThat(text(call("wait4").args(-1, ADDRESS, 1, 0).written(1, status, false)))
                .isEqualTo("-1, 0x1000, WNOHANG, NULL = 0");
        assertThat(text(call("wait4")
                        .args(-1, ADDRESS, 1, 0)
                        .written(1, status, false)
                        .returns(9)))
                .isEqualTo("-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], WNOHANG, NULL = 9");
        assertThat(text(call("listxattr")
                        .args(0, ADDRESS, 0)
                        .written(1, new byte[0], true)
                        .returns(13)))
                .isEqualTo("NULL, 0x1000, 0 = 13");
        assertThat(text(call("llistxattr").args(0, ADDRESS, 9).written(1, new byte[0], false)))
                .isEqualTo("NULL, \"\", 9 = 0");
    }

    @Test
    void nodesOfMemory() {
        byte[] two = new Struct().u64(1, 2).bytes();
        assertThat(text(call("set_mempolicy").args(5, ADDRESS, 65).bytes(1, two, false)))
                .isEqualTo("MPOL_PREFERRED_MANY, [0x00000000000001], 65 = 0");
        assertThat(text(call("set_mempolicy").args(5, ADDRESS, 129).bytes(1, two, false)))
                .isEqualTo("MPOL_PREFERRED_MANY, [0x00000000000001, 0x00000000000002], 129 = 0");
        assertThat(text(call("set_mempolicy").args(0, ADDRESS, 1).bytes(1, two, false)))
                .isEqualTo("MPOL_DEFAULT, 0x1000, 1 = 0");
        assertThat(text(call("set_mempolicy").args(0, ADDRESS, 64).bytes(1, new byte[8], false)))
                .isEqualTo("MPOL_DEFAULT, [0000000000000000], 64 = 0");
        assertThat(text(call("get_mempolicy")
                        .args(ADDRESS, 0, 0, 0, 0)
                        .written(0, new Struct().u32(2).bytes(), false)))
                .startsWith("[MPOL_BIND], ");
    }

    @Test
    void aSegmentAsItWasAskedForAndWhichItGot() {
        byte[] asked = new Struct().u32(-1, 0xf7fc0580, 0xfffff, 0x51).bytes();
        byte[] got = new Struct().u32(12, 0xf7fc0580, 0xfffff, 0x51).bytes();
        assertThat(text(call(Abi.I386, "set_thread_area")
                        .args(ADDRESS)
                        .bytes(0, asked, false)
                        .written(0, got, false)))
                .isEqualTo("{entry_number=-1, base_addr=0xf7fc0580, limit=0x0fffff, seg_32bit=1, contents=0,"
                        + " read_exec_only=0, limit_in_pages=1, seg_not_present=0, useable=1} = 0 (entry_number=12)");
    }

    @Test
    void whatMountDoesNotLookAt() {
        assertThat(text(call("mount").args(0, 0, ADDRESS, 0x1000, 0).string(2, "none")))
                .isEqualTo("NULL, NULL, 0x1000, MS_BIND, NULL = 0");
        assertThat(text(call("mount").args(0, 0, ADDRESS, 0, 0).string(2, "tmpfs")))
                .isEqualTo("NULL, NULL, \"tmpfs\", 0, NULL = 0");
    }

    @Test
    void timesOfFilesWithTheirDate() {
        byte[] times = new Struct().u64(1_700_000_000, 5, 0, 0x3fff_ffff).bytes();
        assertThat(text(call("utimensat").args(3, 0, ADDRESS, 0).bytes(2, times, false)))
                .isEqualTo(
                        "3, NULL, [{tv_sec=1700000000, tv_nsec=5} /* 2023-11-14T22:13:20.000000005+0000 */, UTIME_NOW],"
                                + " 0 = 0");
        assertThat(text(call("utimes")
                        .args(ADDRESS, ADDRESS)
                        .string(0, "f")
                        .bytes(1, new Struct().u64(1, 2, 3, 4).bytes(), false)))
                .isEqualTo("\"f\", [{tv_sec=1, tv_usec=2} /* 1970-01-01T00:00:01.000002+0000 */,"
                        + " {tv_sec=3, tv_usec=4} /* 1970-01-01T00:00:03.000004+0000 */] = 0");
    }

    @Test
    void whatTheCallWritesIsThereOnlyIfItSucceeded() {
        assertThat(text(call("pipe2")
                        .args(ADDRESS, 0x80000)
                        .written(0, new Struct().u32(3, 4).bytes(), false)))
                .isEqualTo("[3, 4], O_CLOEXEC = 0");
        assertThat(text(call("pipe2").args(ADDRESS, 0).fails(24))).startsWith("0x1000, 0 = -1 EMFILE");
        assertThat(text(call("nanosleep")
                        .args(ADDRESS, ADDRESS)
                        .bytes(0, new Struct().u64(9, 0).bytes(), false)
                        .written(1, new Struct().u64(8, 1).bytes(), false)
                        .fails(516)))
                .startsWith("{tv_sec=9, tv_nsec=0}, {tv_sec=8, tv_nsec=1} = ? ERESTART_RESTARTBLOCK");
    }

    @Test
    void whatCouldNotBeReadIsItsAddress() {
        assertThat(text(call("nanosleep").args(ADDRESS, 0).unreadable(0).fails(14)))
                .startsWith("0x1000, NULL = -1 EFAULT");
        assertThat(text(call("nanosleep").args(ADDRESS, 0).bytes(0, new byte[12], true)))
                .isEqualTo("0x1000, NULL = 0");
        assertThat(text(call("bind").args(3, ADDRESS, 1).bytes(1, new byte[1], false)))
                .isEqualTo("3, 0x1000, 1 = 0");
    }

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
    void pollWithWhatBecameReady() {
        byte[] before = new Struct().u32(3).u16(1, 0).u32(4).u16(5, 0).bytes();
        byte[] after = new Struct().u32(3).u16(1, 0).u32(4).u16(5, 4).bytes();
        assertThat(text(call("poll")
                        .args(ADDRESS, 2, 10)
                        .bytes(0, before, false)
                        .written(0, after, false)
                        .returns(1)))
                .isEqualTo("[{fd=3, events=POLLIN}, {fd=4, events=POLLIN|POLLOUT}], 2, 10 = 1"
                        + " ([{fd=4, revents=POLLOUT}])");
        assertThat(text(call("poll")
                        .args(ADDRESS, 2, 10)
                        .bytes(0, before, false)
                        .written(0, before, false)))
                .endsWith(" = 0 (Timeout)");
        assertThat(text(call("poll").args(0, 0, 10))).isEqualTo("NULL, 0, 10 = 0 (Timeout)");
    }

    @Test
    void selectWithWhatBecameReadyAndTheTimeLeft() {
        assertThat(text(call("select")
                        .args(10, ADDRESS, ADDRESS, 0, ADDRESS)
                        .bytes(1, new Struct().u64(8).bytes(), false)
                        .bytes(2, new Struct().u64(0x30).bytes(), false)
                        .bytes(4, new Struct().u64(0, 1000).bytes(), false)
                        .written(1, new byte[8], false)
                        .written(2, new Struct().u64(0x10).bytes(), false)
                        .written(4, new Struct().u64(0, 998).bytes(), false)
                        .returns(1)))
                .isEqualTo(
                        "10, [3], [4 5], NULL, {tv_sec=0, tv_usec=1000} = 1 (out [4], left {tv_sec=0, tv_usec=998})");
    }

    @Test
    void epollEventsInTheLayoutOfTheAbi() {
        assertThat(text(call("epoll_ctl")
                        .args(7, 1, 3, ADDRESS)
                        .bytes(
                                3,
                                new Struct()
                                        .u32(0x8000_0001L)
                                        .u64(0x1234567890L)
                                        .bytes(),
                                false)))
                .isEqualTo("7, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, data={u32=878082192, u64=78187493520}} = 0");
        assertThat(text(call(Abi.AARCH64, "epoll_ctl")
                        .args(7, 1, 3, ADDRESS)
                        .bytes(3, new Struct().u32(4, 0).u64(7).bytes(), false)))
                .isEqualTo("7, EPOLL_CTL_ADD, 3, {events=EPOLLOUT, data={u32=7, u64=7}} = 0");
        assertThat(text(call("epoll_ctl").args(7, 2, 3, ADDRESS).bytes(3, new byte[12], false)))
                .isEqualTo("7, EPOLL_CTL_DEL, 3, 0x1000 = 0");
        assertThat(text(call("epoll_wait")
                        .args(7, ADDRESS, 4, 0)
                        .written(1, new Struct().u32(4).u64(7).bytes(), false)
                        .returns(1)))
                .isEqualTo("7, [{events=EPOLLOUT, data={u32=7, u64=7}}], 4, 0 = 1");
    }

    @Test
    void factsOfAFileInTheLayoutOfTheAbi() {
        byte[] x86 = new Struct().at(24).u32(0100644).at(48).u64(1271).bytes(144);
        byte[] arm = new Struct().at(16).u32(0100644).at(48).u64(1271).bytes(144);
        byte[] i386 = new Struct().at(16).u32(0100644).at(44).u64(1271).bytes(96);
        String facts = "{st_mode=S_IFREG|0644, st_size=1271, ...}";
        assertThat(text(call("fstat").args(3, ADDRESS).written(1, x86, false))).isEqualTo("3, " + facts + " = 0");
        assertThat(text(call(Abi.AARCH64, "fstat").args(3, ADDRESS).written(1, arm, false)))
                .isEqualTo("3, " + facts + " = 0");
        assertThat(text(call(Abi.I386, "fstat64").args(3, ADDRESS).written(1, i386, false)))
                .isEqualTo("3, " + facts + " = 0");
        byte[] device = new Struct().at(24).u32(020666).at(40).u64(0x103).bytes(144);
        assertThat(text(call("fstat").args(3, ADDRESS).written(1, device, false)))
                .isEqualTo("3, {st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...} = 0");
        byte[] statx =
                new Struct().u32(0x17ff).at(28).u16(0100644).at(40).u64(5).bytes(256);
        assertThat(text(call("statx").args(3, 0, 0, 0xfff, ADDRESS).written(4, statx, false)))
                .isEqualTo("3, NULL, AT_STATX_SYNC_AS_STAT, STATX_ALL, {stx_mask=STATX_BASIC_STATS|STATX_MNT_ID,"
                        + " stx_attributes=0, stx_mode=S_IFREG|0644, stx_size=5, ...} = 0");
    }

    @Test
    void argumentsOfAProgramAndTheSizeOfItsEnvironment() {
        CallFixture execve = call("execve")
                .args(ADDRESS, ADDRESS, 0x2000)
                .string(0, "/bin/ls")
                .data(piece(1, Part.VECTOR, 0, new Struct().u64(0x11, 0x12).bytes()))
                .data(piece(1, Part.ELEMENT, 0, "ls".getBytes(StandardCharsets.UTF_8)))
                .data(piece(1, Part.ELEMENT, 1, "-l\n".getBytes(StandardCharsets.UTF_8)))
                .data(piece(2, Part.DATA, 0, new Struct().u32(23, 0).bytes()));
        assertThat(text(execve)).isEqualTo("\"/bin/ls\", [\"ls\", \"-l\\n\"], 0x2000 /* 23 vars */ = 0");
        assertThat(text(call("execve")
                        .args(ADDRESS, ADDRESS, 0)
                        .string(0, "x")
                        .data(piece(1, Part.VECTOR, 0, new Struct().u64(0x11, 8).bytes()))
                        .data(piece(1, Part.ELEMENT, 0, "a".repeat(40).getBytes(StandardCharsets.UTF_8)))
                        .data(new CapturedData(1, Part.ELEMENT, 1, false, new byte[0], false, 14))))
                .isEqualTo("\"x\", [\"" + "a".repeat(32) + "\"..., 0x8], NULL = 0");
    }

    @Test
    void theSizeOfAnEnvironmentIsExactOrSaysThatItIsNot() {
        CallFixture execve = call("execve").args(0, 0, 0x2000);
        assertThat(text(execve.data(
                        piece(2, Part.DATA, 0, new Struct().u32(1, 0).bytes()))))
                .isEqualTo("NULL, NULL, 0x2000 /* 1 var */ = 0");
        assertThat(text(call("execve")
                        .args(0, 0, 0x2000)
                        .data(piece(2, Part.DATA, 0, new Struct().u32(2, 14).bytes()))))
                .isEqualTo("NULL, NULL, 0x2000 /* 2 vars, unterminated */ = 0");
        byte[] many = new Struct().u32(8192, 0).bytes();
        assertThat(text(call("execve")
                        .args(0, 0, 0x2000)
                        .data(new CapturedData(2, Part.DATA, 0, false, many, true, 0))))
                .isEqualTo("NULL, NULL, 0x2000 /* at least 8192 vars */ = 0");
    }

    @Test
    void anEnvironmentThatWasReadIsShown() {
        assertThat(text(call("execve")
                        .args(0, 0, 0x2000)
                        .data(piece(
                                2, Part.VECTOR, 0, new Struct().u64(0x11, 0x12).bytes()))
                        .data(piece(2, Part.ELEMENT, 0, "A=1".getBytes(StandardCharsets.UTF_8)))
                        .data(piece(2, Part.ELEMENT, 1, "B=2".getBytes(StandardCharsets.UTF_8)))))
                .isEqualTo("NULL, NULL, [\"A=1\", \"B=2\"] = 0");
    }

    @Test
    void asManyBytesAndElementsAreShownAsAskedFor() {
        SyscallCall execve = call("execve")
                .args(0, ADDRESS, 0)
                .data(piece(
                        1, Part.VECTOR, 0, new Struct().u64(0x11, 0x12, 0x13).bytes()))
                .data(piece(1, Part.ELEMENT, 0, "one".getBytes(StandardCharsets.UTF_8)))
                .data(piece(1, Part.ELEMENT, 1, "t\0".getBytes(StandardCharsets.UTF_8)))
                .data(piece(1, Part.ELEMENT, 2, "3".getBytes(StandardCharsets.UTF_8)))
                .build();
        assertThat(text(execve, new TextDetail(2, false, Hex.UNPRINTABLE)))
                .isEqualTo("NULL, [\"on\"..., \"\\x74\\x00\", ...], NULL");
        assertThat(text(execve, new TextDetail(1, true, Hex.ALWAYS)))
                .isEqualTo("NULL, [\"\\x6f\"..., \"\\x74\"..., \"\\x33\"], NULL");
    }

    private static String text(SyscallCall call, TextDetail detail) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call, NameWriter.NONE, detail);
        return out.toString();
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
    void theStatusOfAChild() {
        assertThat(status(0x0300)).isEqualTo("[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]");
        assertThat(status(9)).isEqualTo("[{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}]");
        assertThat(status(0x8b)).isEqualTo("[{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}]");
        assertThat(status(0x137f)).isEqualTo("[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}]");
        assertThat(status(0xffff)).isEqualTo("[{WIFCONTINUED(s)}]");
    }

    @Test
    void setsOfSignalsByTheLesserPart() {
        assertThat(mask(0x4002)).isEqualTo("[INT TERM]");
        assertThat(mask(0)).isEqualTo("[]");
        assertThat(mask(-1)).isEqualTo("~[]");
        assertThat(mask(~0x1_8000_0000L)).isEqualTo("~[RTMIN RT_1]");
        assertThat(mask(1L << 33)).isEqualTo("[RT_2]");
    }

    @Test
    void theHandlerOfASignal() {
        byte[] action = new Struct().u64(0x1234, 0x1400_0004L, 0x7f00, 1).bytes();
        byte[] before = new Struct().u64(1, 0, 0, 0).bytes();
        assertThat(text(call("rt_sigaction")
                        .args(10, ADDRESS, ADDRESS, 8)
                        .bytes(1, action, false)
                        .written(2, before, false)))
                .isEqualTo("SIGUSR1, {sa_handler=0x1234, sa_mask=[HUP], sa_flags=SA_RESTORER|SA_RESTART|SA_SIGINFO,"
                        + " sa_restorer=0x7f00}, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, 8 = 0");
        assertThat(text(call(Abi.I386, "rt_sigaction")
                        .args(10, ADDRESS, 0, 8)
                        .bytes(1, new Struct().u32(0, 0, 0).u64(2).bytes(), false)))
                .isEqualTo("SIGUSR1, {sa_handler=SIG_DFL, sa_mask=[INT], sa_flags=0}, NULL, 8 = 0");
    }

    @Test
    void limitsInUnitsOf1024() {
        assertThat(text(call("prlimit64")
                        .args(0, 3, 0, ADDRESS)
                        .written(3, new Struct().u64(8192 * 1024, -1).bytes(), false)))
                .isEqualTo("0, RLIMIT_STACK, NULL, {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY} = 0");
        assertThat(text(call("setrlimit")
                        .args(4, ADDRESS)
                        .bytes(1, new Struct().u64(1024, 1025).bytes(), false)))
                .isEqualTo("RLIMIT_CORE, {rlim_cur=1024, rlim_max=1025} = 0");
        assertThat(text(call(Abi.I386, "ugetrlimit")
                        .args(4, ADDRESS)
                        .written(1, new Struct().u32(0, -1).bytes(), false)))
                .isEqualTo("RLIMIT_CORE, {rlim_cur=0, rlim_max=RLIM_INFINITY} = 0");
    }

    @Test
    void howAFileIsOpened() {
        assertThat(text(call("openat2")
                        .args(-100, ADDRESS, ADDRESS, 24)
                        .string(1, "etc")
                        .bytes(2, new Struct().u64(0x80000, 0, 8).bytes(), false)
                        .returns(3)))
                .isEqualTo("AT_FDCWD, \"etc\", {flags=O_RDONLY|O_CLOEXEC, resolve=RESOLVE_BENEATH}, 24 = 3");
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

    @Test
    void whatAnIoctlTakesByItsCommand() {
        assertThat(text(call("ioctl").args(3, 0x5451, 0))).isEqualTo("3, FIOCLEX = 0");
        assertThat(text(call("ioctl")
                        .args(3, 0x5421, ADDRESS)
                        .bytes(2, new Struct().u32(1).bytes(), false)))
                .isEqualTo("3, FIONBIO, [1] = 0");
        assertThat(text(call("ioctl")
                        .args(3, 0x8004_5430L, ADDRESS)
                        .written(2, new Struct().u32(5).bytes(), false)))
                .isEqualTo("3, TIOCGPTN, [5] = 0");
        assertThat(text(call("ioctl")
                        .args(1, 0x5413, ADDRESS)
                        .written(2, new Struct().u16(24, 80, 0, 0).bytes(), false)))
                .isEqualTo("1, TIOCGWINSZ, {ws_row=24, ws_col=80, ws_xpixel=0, ws_ypixel=0} = 0");
    }

    @Test
    void dataThatIsTransferred() {
        assertThat(text(call("write").args(1, ADDRESS, 6).string(1, "hello\n").returns(6)))
                .isEqualTo("1, \"hello\\n\", 6 = 6");
        assertThat(text(call("read")
                        .args(0, ADDRESS, 100)
                        .written(1, new byte[] {'x', 0}, true)
                        .returns(80)))
                .isEqualTo("0, \"x\\0\"..., 100 = 80");
        assertThat(text(call("read").args(0, ADDRESS, 100).fails(4))).startsWith("0, 0x1000, 100 = -1 EINTR");
        assertThat(text(call("getrandom")
                        .args(ADDRESS, 2, 0)
                        .written(0, new byte[] {1, -1}, false)
                        .returns(2)))
                .isEqualTo("\"\\x01\\xff\", 2, 0 = 2");
        assertThat(text(call("getcwd")
                        .args(ADDRESS, 99)
                        .written(0, new byte[] {'/', 0}, false)
                        .returns(2)))
                .isEqualTo("\"/\", 99 = 2");
    }

    @Test
    void anArrayEndsAfter32Elements() {
        Struct descriptors = new Struct();
        for (int number = 0; number < 33; number++) {
            descriptors.u32(number).u16(0, 0);
        }
        assertThat(text(call("poll").args(ADDRESS, 33, 0).bytes(0, descriptors.bytes(), false)))
                .contains("{fd=31, events=0}, ...], 33, 0");
    }

    @Test
    void noBytesMakeAWriterFail() {
        for (Abi abi : Abi.values()) {
            for (Syscall syscall : SyscallTable.instance().calls(abi)) {
                for (int length : new int[] {0, 1, 3, 12, 130, 1024}) {
                    CallFixture any = call(abi, syscall.name())
                            .args(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS)
                            .returns(length);
                    byte[] bytes = new byte[length];
                    Arrays.fill(bytes, (byte) (length * 37));
                    for (int argument = 0; argument < syscall.parameters().size(); argument++) {
                        for (Part part : Part.values()) {
                            any.data(new CapturedData(argument, part, 0, false, bytes, length == 12, 0));
                            any.data(new CapturedData(argument, part, 0, true, bytes, length == 130, 0));
                        }
                    }
                    assertThat(text(any)).as(syscall.name()).matches("[ -~]*");
                }
            }
        }
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

    private static String status(int status) {
        String text = text(call("wait4")
                .args(-1, ADDRESS, 0, 0)
                .written(1, new Struct().u32(status).bytes(), false)
                .returns(5));
        return text.substring("-1, ".length(), text.indexOf(", 0, NULL"));
    }

    private static String mask(long set) {
        String text = text(call("rt_sigprocmask")
                .args(0, ADDRESS, 0, 8)
                .bytes(1, new Struct().u64(set).bytes(), false));
        return text.substring("SIG_BLOCK, ".length(), text.indexOf(", NULL"));
    }

    private static CapturedData piece(int argument, Part part, int index, byte[] bytes) {
        return new CapturedData(argument, part, index, false, bytes, false, 0);
    }

    private static String text(CallFixture fixture) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, fixture.build());
        ArgumentFormatter.result(out.append(" = "), fixture.build());
        return out.toString();
    }
}
