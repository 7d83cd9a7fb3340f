// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.syscall.Abi;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1 about ioctl(2), from bytes as the structs of C have them. */
class RequestsTest {
    private static final long ADDRESS = 0x1000;

    @Test
    void terminals() {
        byte[] settings =
                new Struct().u32(0x4500, 5, 0xbf, 0x8a3b).u8(0, 3, 28, 127).bytes(36);
        assertThat(text(request(0x5401).written(2, settings, false)))
                .isEqualTo("3, TCGETS, {c_iflag=ICRNL|IXON|IUTF8, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|OPOST|ONLCR, "
                        + "c_cflag=B38400|CS8|CREAD, c_lflag=ISIG|ICANON|ECHO|ECHOE|ECHOK|IEXTEN|ECHOCTL|ECHOKE, ...}");
        assertThat(text(request(0x5402).bytes(2, new byte[36], false)))
                .endsWith("{c_iflag=, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|, c_cflag=B0|CS5|, c_lflag=, ...}");
        assertThat(text(request(0x5406)
                        .bytes(2, new Struct().u16(1, 0x1901, 0x1003, 2).bytes(18), false)))
                .isEqualTo("3, TCSETA, {c_iflag=IGNBRK, c_oflag=NL1|CR0|XTABS|BS0|VT0|FF0|OPOST, "
                        + "c_cflag=B230400|CS5|, c_lflag=ICANON, ...}");
        assertThat(text(request(0x5417).bytes(2, new Struct().u32(0x10004).bytes(), false)))
                .isEqualTo("3, TIOCMBIC, [TIOCM_RTS|0x10000]");
        assertThat(text(call("ioctl").args(3, 0x540a, 1))).isEqualTo("3, TCXONC, TCOON");
        assertThat(text(call("ioctl").args(3, 0x540b, 3))).isEqualTo("3, TCFLSH, 0x3 /* TC??? */");
        assertThat(text(call("ioctl").args(3, 0x5451, 1))).isEqualTo("3, FIOCLEX");
    }

    @Test
    void interfacesThatAnAnswerIsFilledInFor() {
        byte[] asked = new Struct().text("lo").bytes(40);
        assertThat(text(request(0x8913).bytes(2, asked, false))).isEqualTo("3, SIOCGIFFLAGS, {ifr_name=\"lo\"}");
        assertThat(text(request(0x8913)
                        .bytes(2, asked, false)
                        .written(2, new Struct().text("lo").at(16).u16(0x49).bytes(40), false)))
                .isEqualTo("3, SIOCGIFFLAGS, {ifr_name=\"lo\", ifr_flags=IFF_UP|IFF_LOOPBACK|IFF_RUNNING}");
        assertThat(text(request(0x8927)
                        .bytes(2, asked, false)
                        .written(
                                2,
                                new Struct()
                                        .text("lo")
                                        .at(16)
                                        .u16(1)
                                        .u8(2, 0xff)
                                        .bytes(40),
                                false)))
                .endsWith("ifr_hwaddr={sa_family=ARPHRD_ETHER, sa_data=02:ff:00:00:00:00}}");
        assertThat(text(request(0x8910)
                        .bytes(2, new Struct().at(16).u32(7).bytes(40), false)
                        .written(2, new Struct().text("e".repeat(16)).u32(7).bytes(40), false)))
                .isEqualTo("3, SIOCGIFNAME, {ifr_ifindex=7, ifr_name=\"eeeeeeeeeeeeeee\"...}");
        assertThat(text(call(Abi.I386, "ioctl")
                        .args(3, 0x8922, ADDRESS)
                        .bytes(2, new Struct().text("lo").at(16).u32(1500).bytes(32), false)))
                .isEqualTo("3, SIOCSIFMTU, {ifr_name=\"lo\", ifr_mtu=1500}");
    }

    @Test
    void listOfInterfaces() {
        byte[] asked = new Struct().u32(100, 0).u64(0x2000).bytes();
        assertThat(text(request(0x8912).bytes(2, asked, false)))
                .isEqualTo("3, SIOCGIFCONF, {ifc_len=100, ifc_buf=0x2000}");
        assertThat(text(request(0x8912)
                        .bytes(2, asked, false)
                        .written(2, new Struct().u32(80, 0).u64(0x2000).bytes(), false)))
                .endsWith("{ifc_len=100 => 80 /* 2 * sizeof(struct ifreq) */, ifc_buf=0x2000}");
        assertThat(text(request(0x8912)
                        .bytes(2, asked, false)
                        .written(2, new Struct().u32(0, 0).u64(0x2000).bytes(), false)))
                .endsWith("{ifc_len=100 => 0, ifc_buf=[]}");
    }

    @Test
    void filesAndDevices() {
        assertThat(text(request(0x80086601L)
                        .written(2, new Struct().u32(0x80010).bytes(), false)))
                .isEqualTo("3, FS_IOC_GETFLAGS, [FS_IMMUTABLE_FL|FS_EXTENT_FL]");
        assertThat(text(request(0x80081272L)
                        .written(2, new Struct().u64(1L << 40).bytes(), false)))
                .isEqualTo("3, BLKGETSIZE64, [1099511627776]");
        assertThat(text(request(0x1277).bytes(2, new Struct().u64(512, -1).bytes(), false)))
                .isEqualTo("3, BLKDISCARD, [512, 18446744073709551615]");
        assertThat(text(call("ioctl").args(3, 0x40049409, 4))).isEqualTo("3, BTRFS_IOC_CLONE or FICLONE, 4");
        assertThat(text(request(0xc020660bL)
                        .bytes(2, new Struct().u64(0, -1).u32(1, 0, 4, 0).bytes(), false)
                        .written(2, new Struct().u64(0, -1).u32(1, 2, 4, 0).bytes(), false)))
                .isEqualTo("3, FS_IOC_FIEMAP, {fm_start=0, fm_length=18446744073709551615, fm_flags=FIEMAP_FLAG_SYNC, "
                        + "fm_extent_count=4} => {fm_flags=FIEMAP_FLAG_SYNC, fm_mapped_extents=2, ...}");
        assertThat(text(call("ioctl").args(3, 0x2400, 1))).isEqualTo("3, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP");
        assertThat(text(request(0x80247009L)
                        .written(2, new Struct().u32(5, 4, 3, 2, 1, 126).bytes(36), false)))
                .endsWith("{tm_sec=5, tm_min=4, tm_hour=3, tm_mday=2, tm_mon=1, tm_year=126, ...}");
    }

    @Test
    void memoryWhoseFaultsAProgramHandles() {
        assertThat(text(request(0xc018aa3fL)
                        .bytes(2, new Struct().u64(0xaa, 1, 0).bytes(), false)
                        .written(
                                2, new Struct().u64(0xaa, 3, Long.MIN_VALUE | 3).bytes(), false)))
                .isEqualTo("3, UFFDIO_API, {api=0xaa, features=UFFD_FEATURE_PAGEFAULT_FLAG_WP => "
                        + "features=UFFD_FEATURE_PAGEFAULT_FLAG_WP|UFFD_FEATURE_EVENT_FORK, "
                        + "ioctls=1<<_UFFDIO_REGISTER|1<<_UFFDIO_UNREGISTER|1<<_UFFDIO_API}");
        assertThat(text(request(0xc020aa00L)
                        .bytes(2, new Struct().u64(0x1000, 0x2000, 1, 0).bytes(), false)))
                .isEqualTo("3, UFFDIO_REGISTER, {range={start=0x1000, len=0x2000}, mode=UFFDIO_REGISTER_MODE_MISSING}");
    }

    private static CallFixture request(long number) {
        return call("ioctl").args(3, number, ADDRESS);
    }

    private static String text(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build());
        return out.toString();
    }
}
