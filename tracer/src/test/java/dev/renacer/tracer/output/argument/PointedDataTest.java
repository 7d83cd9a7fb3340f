// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static dev.renacer.tracer.output.argument.DataLines.ADDRESS;
import static dev.renacer.tracer.output.argument.DataLines.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1, from bytes as the structs of C have them. */
class PointedDataTest {
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

    /** Lines of strace 6.1; of a command whose argument is not an id, that is shown too. */
    @Test
    void quotas() {
        int set = 0x8000_0801; // QCMD(Q_SETQUOTA, GRPQUOTA)
        byte[] limits = new Struct().u64(7, 0, 0, 0, 0, 0, 8, 9).u32(3).bytes(72);
        CallFixture quota = call("quotactl").args(set, 0x2000, 5, ADDRESS).bytes(3, limits, false);

        assertThat(text(quota))
                .isEqualTo("QCMD(Q_SETQUOTA, GRPQUOTA), 0x2000, 5, {dqb_bhardlimit=7, dqb_bsoftlimit=0, dqb_curspace=0,"
                        + " dqb_ihardlimit=0, dqb_isoftlimit=0, dqb_curinodes=0, ...} = 0");
        assertThat(text(quota.build(), new TextDetail(32, true, TextDetail.Hex.NEVER)))
                .endsWith("dqb_btime=8, dqb_itime=9, dqb_valid=QIF_BLIMITS|QIF_SPACE}");
        assertThat(text(call("quotactl").args(0x8000_0200, 0, 4, ADDRESS).string(3, "/a.user")))
                .isEqualTo("QCMD(Q_QUOTAON, USRQUOTA), NULL, QFMT_VFS_V1, \"/a.user\" = 0");
        assertThat(text(call("quotactl").args(0x8000_0302, 0, 4, ADDRESS)))
                .isEqualTo("QCMD(Q_QUOTAOFF, PRJQUOTA), NULL = 0");
        int info = 0x8000_0500; // QCMD(Q_GETINFO, USRQUOTA)
        assertThat(text(call("quotactl")
                        .args(info, 0x2000, 0, ADDRESS)
                        .written(3, new Struct().u64(1, 2).u32(0, 3).bytes(), false)))
                .endsWith(", {dqi_bgrace=1, dqi_igrace=2, dqi_flags=0, dqi_valid=IIF_BGRACE|IIF_IGRACE} = 0");
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
}
