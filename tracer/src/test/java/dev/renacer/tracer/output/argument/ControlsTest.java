// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.output.ArgumentFormatter;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1 about calls that take an operation or a struct of many fields. */
class ControlsTest {
    private static final long ADDRESS = 0x1000;

    @Test
    void perfEvents() {
        assertThat(text(call("perf_event_open")
                        .args(ADDRESS, 0, -1, -1, 8)
                        .bytes(
                                0,
                                new Struct()
                                        .u32(0, 112)
                                        .u64(9, 4000, 0x307, 0xf, 0x6001 | 1 << 15)
                                        .bytes(),
                                false)))
                .isEqualTo("{type=PERF_TYPE_HARDWARE, size=PERF_ATTR_SIZE_VER5, config=PERF_COUNT_HW_REF_CPU_CYCLES, "
                        + "sample_period=4000, sample_type=PERF_SAMPLE_IP|PERF_SAMPLE_TID|PERF_SAMPLE_TIME"
                        + "|PERF_SAMPLE_PERIOD|PERF_SAMPLE_STREAM_ID, read_format=PERF_FORMAT_TOTAL_TIME_ENABLED"
                        + "|PERF_FORMAT_TOTAL_TIME_RUNNING|PERF_FORMAT_ID|PERF_FORMAT_GROUP, disabled=1, task=1, "
                        + "watermark=1, precise_ip=1 /* constant skid */, ...}, 0, -1, -1, PERF_FLAG_FD_CLOEXEC");
        assertThat(text(call("perf_event_open")
                        .args(ADDRESS, 0, -1, -1, 0)
                        .bytes(
                                0,
                                new Struct()
                                        .u32(3, 0)
                                        .u64(0x1010202, 99, 0, 0, 1 << 10 | 1L << 20 | 1L << 40)
                                        .bytes(),
                                false)))
                .startsWith("{type=PERF_TYPE_HW_CACHE, size=0 /* PERF_ATTR_SIZE_??? */, config=0x1<<24"
                        + "|PERF_COUNT_HW_CACHE_RESULT_MISS<<16|PERF_COUNT_HW_CACHE_OP_PREFETCH<<8"
                        + "|PERF_COUNT_HW_CACHE_LL, sample_freq=99, sample_type=0, read_format=0, freq=1, "
                        + "precise_ip=0 /* arbitrary skid */, exclude_guest=1, "
                        + "__reserved_1=0x4 /* Bits 63..38 */, ...}");
    }

    @Test
    void landlock() {
        assertThat(text(call("landlock_create_ruleset")
                        .args(ADDRESS, 8, 0)
                        .bytes(0, new Struct().u64(1).bytes(), false)))
                .isEqualTo("{handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE}, 8, 0");
        assertThat(text(call("landlock_create_ruleset")
                        .args(ADDRESS, 16, 0)
                        .bytes(0, new Struct().u64(1, 1).bytes(), false)))
                .isEqualTo("{handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE, ...}, 16, 0");
        assertThat(text(call("landlock_create_ruleset")
                        .args(ADDRESS, 4, 0)
                        .bytes(0, new Struct().u32(1).bytes(), false)))
                .isEqualTo("0x1000, 4, 0");
        assertThat(text(call("landlock_add_rule")
                        .args(3, 1, ADDRESS)
                        .bytes(2, new Struct().u64(4).u32(5).bytes(), false)))
                .isEqualTo(
                        "3, LANDLOCK_RULE_PATH_BENEATH, {allowed_access=LANDLOCK_ACCESS_FS_READ_FILE, parent_fd=5}, 0");
    }

    @Test
    void operationsOfADescriptor() {
        assertThat(text(call("fcntl")
                        .args(3, 15, ADDRESS)
                        .bytes(2, new Struct().u32(1, 77).bytes(), false)))
                .isEqualTo("3, F_SETOWN_EX, {type=F_OWNER_PID, pid=77}");
        assertThat(text(call("fcntl")
                        .args(3, 36, ADDRESS)
                        .written(2, new Struct().u32(1, 0).u64(5, 6).u32(0, 0).bytes(), false)))
                .isEqualTo("3, F_OFD_GETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=5, l_len=6, l_pid=0}");
        assertThat(text(call("fcntl").args(3, 1024, 1))).isEqualTo("3, F_SETLEASE, F_WRLCK");
        assertThat(text(call("fcntl").args(3, 1026, 0x80000013L)))
                .isEqualTo("3, F_NOTIFY, DN_ACCESS|DN_MODIFY|DN_RENAME|DN_MULTISHOT");
        assertThat(text(call("fcntl").args(3, 10, 17))).isEqualTo("3, F_SETSIG, SIGCHLD");
    }

    @Test
    void operationsOfAThread() {
        assertThat(text(call("prctl")
                        .args(16, ADDRESS)
                        .written(1, new Struct().text("thread").bytes(16), false)))
                .isEqualTo("PR_GET_NAME, \"thread\"");
        assertThat(text(call("prctl")
                        .args(2, ADDRESS)
                        .written(1, new Struct().u32(15).bytes(), false)))
                .isEqualTo("PR_GET_PDEATHSIG, [SIGTERM]");
        assertThat(text(call("prctl").args(0x53564d41, 0, 0x2000, 4096, ADDRESS).string(4, "stack")))
                .isEqualTo("PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x2000, 4096, \"stack\"");
        assertThat(text(call("prctl").args(35, 1, 0x1000))).isEqualTo("PR_SET_MM, PR_SET_MM_START_CODE, 0x1000, 0, 0");
    }

    @Test
    void capabilitiesOfTheFirstVersionHaveNoUpperHalf() {
        byte[] sets = new Struct().u32(1, 3, 0, 0x100, 2, 0).bytes();
        assertThat(text(call("capset")
                        .args(ADDRESS, ADDRESS)
                        .bytes(0, new Struct().u32(0x19980330, 5).bytes(), false)
                        .bytes(1, sets, false)))
                .isEqualTo("{version=_LINUX_CAPABILITY_VERSION_1, pid=5}, {effective=1<<CAP_CHOWN, "
                        + "permitted=1<<CAP_CHOWN|1<<CAP_DAC_OVERRIDE, inheritable=0}");
    }

    @Test
    void parametersOfAMount() {
        assertThat(text(call("fsconfig")
                        .args(3, 1, ADDRESS, ADDRESS, 0)
                        .string(2, "source")
                        .string(3, "tmpfs")))
                .isEqualTo("3, FSCONFIG_SET_STRING, \"source\", \"tmpfs\", 0");
        assertThat(text(call("fsconfig")
                        .args(3, 3, ADDRESS, ADDRESS, -100)
                        .string(2, "upper")
                        .string(3, "/u")))
                .isEqualTo("3, FSCONFIG_SET_PATH, \"upper\", \"/u\", AT_FDCWD");
        assertThat(text(call("mount_setattr")
                        .args(-100, ADDRESS, 0, ADDRESS, 8)
                        .string(1, "/m")
                        .bytes(3, new Struct().u64(1, 0, 0, 0).bytes(), false)))
                .isEqualTo("AT_FDCWD, \"/m\", 0, 0x1000, 8");
    }

    private static String text(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build());
        return out.toString();
    }
}
