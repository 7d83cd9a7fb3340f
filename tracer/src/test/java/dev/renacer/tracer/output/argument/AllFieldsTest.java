// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.syscall.Abi;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1 with -v. */
class AllFieldsTest {
    private static final long ADDRESS = 0x1000;
    private static final TextDetail ALL = new TextDetail(32, true, TextDetail.Hex.NEVER);
    private static final String FACTS = "{st_dev=makedev(0x8, 0x1), st_ino=1234, st_mode=S_IFREG|0644, st_nlink=2, "
            + "st_uid=1000, st_gid=7, st_blksize=4096, st_blocks=24, st_size=12345, "
            + "st_atime=1700000000 /* 2023-11-14T22:13:20.123456789+0000 */, st_atime_nsec=123456789, "
            + "st_mtime=1700000001 /* 2023-11-14T22:13:21+0000 */, st_mtime_nsec=0, "
            + "st_ctime=0, st_ctime_nsec=0}";

    @Test
    void filesInEachAbi() {
        Struct wide = new Struct()
                .u64(0x801, 1234, 2)
                .u32(0100644, 1000, 7, 0)
                .u64(0, 12345, 4096, 24, 1700000000, 123456789, 1700000001);
        assertThat(text(call("fstat").args(3, ADDRESS).written(1, wide.bytes(144), false)))
                .isEqualTo("3, " + FACTS);
        Struct arm = new Struct()
                .u64(0x801, 1234)
                .u32(0100644, 2, 1000, 7)
                .u64(0, 0, 12345)
                .u32(4096, 0)
                .u64(24, 1700000000, 123456789, 1700000001);
        assertThat(text(call(Abi.AARCH64, "fstat").args(3, ADDRESS).written(1, arm.bytes(128), false)))
                .isEqualTo("3, " + FACTS);
        Struct narrow = new Struct()
                .u64(0x801)
                .at(16)
                .u32(0100644, 2, 1000, 7)
                .at(44)
                .u64(12345)
                .u32(4096)
                .u64(24)
                .u32(1700000000, 123456789, 1700000001, 0, 0, 0)
                .u64(1234);
        assertThat(text(call(Abi.I386, "fstat64").args(3, ADDRESS).written(1, narrow.bytes(96), false)))
                .isEqualTo("3, " + FACTS);
        Struct old = new Struct()
                .u32(0x801, 1234)
                .u16(0100644, 2, 1000, 7)
                .u32(0, 12345, 4096, 24, 1700000000, 123456789, 1700000001);
        assertThat(text(call(Abi.I386, "fstat").args(3, ADDRESS).written(1, old.bytes(64), false)))
                .isEqualTo("3, " + FACTS);
    }

    @Test
    void whatWasAskedOfAFile() {
        Struct facts = new Struct()
                .u32(0x1fff, 4096)
                .u64(0x10)
                .u32(1, 0, 1000)
                .u16(0100644, 0)
                .u64(77, 123, 8, 0x10, 1700000000, 1, 3, 0, 4, 0, -1, 5)
                .u32(8, 1, 8, 2)
                .u64(99);
        assertThat(text(call("statx").args(-100, 0, 0, 0xfff, ADDRESS).written(4, facts.bytes(256), false)))
                .contains(
                        "stx_blksize=4096, stx_attributes=STATX_ATTR_IMMUTABLE, stx_nlink=1, stx_uid=0, stx_gid=1000",
                        "stx_ino=77, stx_size=123, stx_blocks=8, stx_attributes_mask=STATX_ATTR_IMMUTABLE, "
                                + "stx_atime={tv_sec=1700000000, tv_nsec=1} /* 2023-11-14T22:13:20.000000001+0000 */, "
                                + "stx_btime={tv_sec=3, tv_nsec=0} /* 1970-01-01T00:00:03+0000 */, stx_ctime=",
                        "stx_rdev_major=8, stx_rdev_minor=1, stx_dev_major=8, stx_dev_minor=2, stx_mnt_id=0x63}");
    }

    @Test
    void whatTheKernelDidNotFillInOfAFile() {
        Struct facts = new Struct().u32(0, 4096).u64(0).at(140).u32(2);
        assertThat(text(call("statx").args(3, 0, 0, 0, ADDRESS).written(4, facts.bytes(256), false)))
                .endsWith("{stx_mask=0, stx_blksize=4096, stx_attributes=0, stx_attributes_mask=0, stx_rdev_major=0, "
                        + "stx_rdev_minor=0, stx_dev_major=0, stx_dev_minor=2}");
    }

    @Test
    void usageAndNames() {
        Struct usage = new Struct().u64(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
        assertThat(text(call("getrusage").args(0, ADDRESS).written(1, usage.bytes(), false)))
                .isEqualTo("RUSAGE_SELF, {ru_utime={tv_sec=0, tv_usec=1}, ru_stime={tv_sec=2, tv_usec=3}, ru_maxrss=4, "
                        + "ru_ixrss=5, ru_idrss=6, ru_isrss=7, ru_minflt=8, ru_majflt=9, ru_nswap=10, ru_inblock=11, "
                        + "ru_oublock=12, ru_msgsnd=13, ru_msgrcv=14, ru_nsignals=15, ru_nvcsw=16, ru_nivcsw=17}");
        Struct names = new Struct()
                .text("Linux")
                .at(65)
                .text("vm")
                .at(130)
                .text("6.1")
                .at(195)
                .text("#1")
                .at(260);
        assertThat(text(call("uname")
                        .args(ADDRESS)
                        .written(0, names.text("x86_64").bytes(390), false)))
                .isEqualTo("{sysname=\"Linux\", nodename=\"vm\", release=\"6.1\", version=\"#1\", "
                        + "machine=\"x86_64\", domainname=\"\"}");
    }

    @Test
    void terminal() {
        byte[] settings = new Struct().u32(0, 0, 0, 0).u8(0, 3, 28).bytes(36);
        assertThat(text(call("ioctl").args(3, 0x5401, ADDRESS).written(2, settings, false)))
                .startsWith("3, TCGETS, {c_iflag=, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|, c_cflag=B0|CS5|, c_lflag=, "
                        + "c_line=N_TTY, c_cc=[[VINTR]=0x3, [VQUIT]=0x1c, [VERASE]=0, ")
                .endsWith("[VEOL2]=0, [17]=0, [18]=0]}");
    }

    private static String text(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build(), NameWriter.NONE, ALL);
        return out.toString();
    }
}
