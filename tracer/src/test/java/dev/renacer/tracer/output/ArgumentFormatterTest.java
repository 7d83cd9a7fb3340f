// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.call;
import static dev.renacer.tracer.CallFixture.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.syscall.Abi;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ArgumentFormatterTest {
    @Test
    void writesPathsDescriptorsFlagsAndModes() {
        assertThat(text(call("openat")
                        .args(-100, 0x1000, 0x80000, 0777)
                        .string(1, "/etc/ld.so.cache")
                        .returns(3)))
                .isEqualTo("AT_FDCWD, \"/etc/ld.so.cache\", O_RDONLY|O_CLOEXEC = 3");
        assertThat(text(call("openat")
                        .args(4, 0x1000, 0x41, 0644)
                        .string(1, "a")
                        .returns(3)))
                .isEqualTo("4, \"a\", O_WRONLY|O_CREAT, 0644 = 3");
        assertThat(text(call("mkdir").args(0x1000, 0).string(0, "/d"))).isEqualTo("\"/d\", 000 = 0");
    }

    @Test
    void writesNumbersAsTheirTypesAre() {
        assertThat(text(call("lseek").args(3, -5, 2).returns(-1))).isEqualTo("3, -5, SEEK_END = -1");
        assertThat(text(call("read").args(0xffff_ffffL, 0, -1).fails(9)))
                .isEqualTo("-1, NULL, 18446744073709551615 = -1 EBADF (Bad file descriptor)");
        assertThat(text(call("close_range").args(3, 0xffff_ffffL, 0))).isEqualTo("3, 4294967295, 0 = 0");
        assertThat(text(call("chown").args(0x10, 0xffff_ffffL, 5).string(0, "f")))
                .isEqualTo("\"f\", -1, 5 = 0");
        assertThat(text(call("kill").args(-7, 15))).isEqualTo("-7, SIGTERM = 0");
        assertThat(text(call("getpid").returns(7))).isEqualTo(" = 7");
    }

    @Test
    void writesAddressesInHexadecimal() {
        assertThat(text(call("mmap").args(0, 8192, 3, 0x22, -1, 0).returns(0x7f47_a1d1_b000L)))
                .isEqualTo("NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0 = 0x7f47a1d1b000");
        assertThat(text(call("brk").args(0).returns(0x55ef_7ba8_3000L))).isEqualTo("NULL = 0x55ef7ba83000");
        assertThat(text(call("umask").args(077).returns(022))).isEqualTo("077 = 022");
    }

    @Test
    void writesTheErrorThatASocketOptionTold() {
        assertThat(text(call("getsockopt").args(5, 1, 4, 0x1000, 0x1004).written(3, new byte[] {111, 0, 0, 0}, false)))
                .isEqualTo("5, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4] = 0");
        assertThat(text(call("getsockopt").args(5, 1, 4, 0x1000, 0x1004).written(3, new byte[4], false)))
                .isEqualTo("5, SOL_SOCKET, SO_ERROR, [0], [4] = 0");
        assertThat(text(call("getsockopt").args(5, 1, 4, 0x1000, 0x1004).unreadable(3)))
                .isEqualTo("5, SOL_SOCKET, SO_ERROR, 0x1000, 0x1004 = 0");
        assertThat(text(call("getsockopt").args(5, 1, 3, 0x1000, 0x1004)))
                .isEqualTo("5, SOL_SOCKET, SO_TYPE, 0x1000, 0x1004 = 0");
    }

    @Test
    void writesResultsAsStraceDoes() {
        assertThat(result(call("open").fails(2))).isEqualTo("-1 ENOENT (No such file or directory)");
        assertThat(result(call("read").fails(512))).isEqualTo("? ERESTARTSYS (To be restarted if SA_RESTART is set)");
        assertThat(result(call("exit_group").unfinished())).isEqualTo("?");
        assertThat(result(call("read").fails(4000))).isEqualTo("-1 E4000 (Unknown error 4000)");
    }

    @Test
    void namesCommandsAndFlags() {
        assertThat(text(call("wait4").args(-1, 0, 0xb, 0)))
                .isEqualTo("-1, NULL, WNOHANG|WSTOPPED|WCONTINUED, NULL = 0");
        assertThat(text(call("mprotect").args(0x1000, 4096, 0))).isEqualTo("0x1000, 4096, PROT_NONE = 0");
        assertThat(text(call("getrusage").args(0xffff_ffffL, 0x1000))).isEqualTo("RUSAGE_CHILDREN, 0x1000 = 0");
        assertThat(text(call("openat").args(-100, 1, 0x101002).string(1, "a")))
                .isEqualTo("AT_FDCWD, \"a\", O_RDWR|O_SYNC = 0");
    }

    @Test
    void whatHasNoNameStaysANumberBehindTheNames() {
        assertThat(text(call("mprotect").args(0x1000, 4096, 0x11))).isEqualTo("0x1000, 4096, PROT_READ|0x10 = 0");
        assertThat(text(call("lseek").args(3, 0, 77).fails(22))).startsWith("3, 0, 0x4d /* SEEK_??? */ = -1 EINVAL");
        assertThat(text(call("prctl").args(0x59616d62, 1, 0, 0, 0)))
                .isEqualTo("0x59616d62 /* PR_??? */, 0x1, 0, 0, 0 = 0");
    }

    @Test
    void namesDependOnAnotherArgumentWhereThatSaysWhatTheyAre() {
        assertThat(text(call("setsockopt").args(3, 1, 2, 0x1000, 4)))
                .isEqualTo("3, SOL_SOCKET, SO_REUSEADDR, 0x1000, 4 = 0");
        assertThat(text(call("setsockopt").args(3, 6, 1, 0x1000, 4)))
                .isEqualTo("3, SOL_TCP, TCP_NODELAY, 0x1000, 4 = 0");
        assertThat(text(call("socket").args(2, 0x80002, 17).returns(3)))
                .isEqualTo("AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_UDP = 3");
        assertThat(text(call("socket").args(1, 1, 0).returns(3))).isEqualTo("AF_UNIX, SOCK_STREAM, 0 = 3");
        assertThat(text(call("fcntl").args(3, 2, 1))).isEqualTo("3, F_SETFD, FD_CLOEXEC = 0");
    }

    @Test
    void aNumberIsDecimalWhereTheCommandSaysThatItIsOne() {
        assertThat(text(call("fcntl").args(3, 1030, 10).returns(10))).isEqualTo("3, F_DUPFD_CLOEXEC, 10 = 10");
        assertThat(text(call("fcntl").args(3, 8, -7))).isEqualTo("3, F_SETOWN, -7 = 0");
        assertThat(text(call("fcntl").args(3, 5, 0x7ffe_0000L))).isEqualTo("3, F_GETLK, 0x7ffe0000 = 0");
    }

    @Test
    void whatHasNoMeaningForACommandIsLeftOut() {
        assertThat(text(call("futex").args(0x1000, 0x81, 1, 2, 3, 4))).isEqualTo("0x1000, FUTEX_WAKE_PRIVATE, 1 = 0");
        assertThat(text(call("futex").args(0x1000, 0x80, 1, 0, 3, 4)))
                .isEqualTo("0x1000, FUTEX_WAIT_PRIVATE, 1, NULL = 0");
        assertThat(text(call("futex").args(0x1000, 0x189, 1, 0, 0, 0xffff_ffffL)))
                .isEqualTo("0x1000, FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME, 1, NULL,"
                        + " FUTEX_BITSET_MATCH_ANY = 0");
        assertThat(text(call("futex").args(0x1000, 6, 1, 0, 3, 4))).isEqualTo("0x1000, FUTEX_LOCK_PI, NULL = 0");
        assertThat(text(call("fcntl").args(3, 1, 0x1234).returns(1))).isEqualTo("3, F_GETFD = 0x1 (flags FD_CLOEXEC)");
        assertThat(text(call("prctl").args(23, 21, 5, 6, 7).returns(1)))
                .isEqualTo("PR_CAPBSET_READ, CAP_SYS_ADMIN = 1");
        assertThat(text(call("prctl").args(38, 1, 0, 0, 0))).isEqualTo("PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0 = 0");
    }

    @Test
    void theSameBitsHaveOtherNamesOnAnotherAbi() {
        assertThat(text(call(Abi.X86_64, "openat").args(-100, 1, 0x10000).string(1, "a")))
                .contains("O_DIRECTORY");
        assertThat(text(call(Abi.AARCH64, "openat").args(-100, 1, 0x4000).string(1, "a")))
                .contains("O_DIRECTORY");
        assertThat(text(call(Abi.AARCH64, "fcntl").args(3, 4, 0x10000))).isEqualTo("3, F_SETFL, O_RDONLY|O_DIRECT = 0");
    }

    @Test
    void writesI386CallsInTheirOwnWidth() {
        assertThat(text(call(Abi.I386, "mmap2")
                        .args(0, 8192, 3, 0x22, 0xffff_ffffL, 0)
                        .returns(0xffff_ffff_f7fb_f000L)))
                .isEqualTo("NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0 = 0xf7fbf000");
        assertThat(text(call(Abi.I386, "lseek").args(3, 0xffff_fffbL, 1).returns(5)))
                .isEqualTo("3, -5, SEEK_CUR = 5");
    }

    @Test
    void anUnknownCallShowsAllSixRegisters() {
        assertThat(text(unknown(500).args(1, 2, 3, 4, 5, 0x1f).fails(38)))
                .isEqualTo("0x1, 0x2, 0x3, 0x4, 0x5, 0x1f = -1 ENOSYS (Function not implemented)");
    }

    @Test
    void aStringThatWasNotReadIsItsAddress() {
        assertThat(text(call("chdir").args(0).fails(14))).isEqualTo("NULL = -1 EFAULT (Bad address)");
        assertThat(text(call("chdir").args(0xdead).unreadable(0).fails(14)))
                .isEqualTo("0xdead = -1 EFAULT (Bad address)");
        assertThat(text(call("chdir").args(0x1000))).isEqualTo("0x1000 = 0");
    }

    @Test
    void aCutStringSaysSo() {
        assertThat(text(call("chdir").args(1).bytes(0, "/very".getBytes(StandardCharsets.UTF_8), true)))
                .isEqualTo("\"/very\"... = 0");
    }

    @Test
    void onlyTheBitsAreWrittenThatTheKernelTakes() {
        long garbage = 0xdead_beef_0000_0000L;
        assertThat(text(call("finit_module").args(garbage | 3, 0, garbage | 1)))
                .isEqualTo("3, NULL, MODULE_INIT_IGNORE_MODVERSIONS = 0");
        assertThat(text(call("mlock2").args(0x1000, 1, garbage | 1))).isEqualTo("0x1000, 1, MLOCK_ONFAULT = 0");
        assertThat(text(call("sched_setattr").args(1, 0, garbage | 2))).isEqualTo("1, NULL, 2 = 0");
        assertThat(text(call("mkdir").args(0, garbage | 0755))).isEqualTo("NULL, 0755 = 0");
        assertThat(text(call("reboot").args(garbage | 0xfee1deadL, garbage | 672274793, garbage | 0x1234567, 5)))
                .isEqualTo("LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART = 0");
    }

    @Test
    void idsHaveNoSign() {
        assertThat(text(call("setresuid").args(0x8000_0001L, 0xffff_ffffL, 7))).isEqualTo("2147483649, -1, 7 = 0");
        assertThat(text(call("fchown").args(3, 0xf000_0000L, 0))).isEqualTo("3, 4026531840, 0 = 0");
        assertThat(text(call(Abi.I386, "setuid").args(0x1_ffff))).isEqualTo("-1 = 0");
        assertThat(text(call(Abi.I386, "setuid32").args(0x1_ffff))).isEqualTo("131071 = 0");
        assertThat(text(call("quotactl").args(0x8000_0700L, 0, 0xffff_ffffL, 0)))
                .isEqualTo("QCMD(Q_GETQUOTA, USRQUOTA), NULL, -1, NULL = 0");
    }

    @Test
    void aNumberInTwoRegistersIsOneArgument() {
        assertThat(text(call(Abi.I386, "pread64")
                        .args(3, 0x1000, 5, 0xffff_ffffL, 0xffff_ffffL)
                        .fails(22)))
                .startsWith("3, 0x1000, 5, -1 = -1 EINVAL");
        assertThat(text(call(Abi.I386, "truncate64").args(0x1000, 1, 2))).isEqualTo("0x1000, 8589934593 = 0");
        assertThat(text(call(Abi.I386, "_llseek").args(3, 1, 2, 0, 1))).isEqualTo("3, 4294967298, NULL, SEEK_CUR = 0");
        assertThat(text(call("pwritev2").args(3, 0x1000, 1, -1, 7, 2).returns(1)))
                .isEqualTo("3, 0x1000, 1, -1, RWF_DSYNC = 1");
    }

    @Test
    void whatAnArgumentIsDependsOnTheOperation() {
        assertThat(text(call("prctl").args(47, 4, 0, 0, 0)))
                .isEqualTo("PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0 = 0");
        assertThat(text(call("prctl").args(47, 2, 12, 0, 0)))
                .isEqualTo("PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0 = 0");
        assertThat(text(call("futex").args(0x1000, 4, 1, 0x1_0000_0002L, 0x2000, 3)))
                .isEqualTo("0x1000, FUTEX_CMP_REQUEUE, 1, 2, 0x2000, 3 = 0");
        assertThat(text(call("keyctl").args(3, 0xffff_fffdL, 1, 2, 3)))
                .isEqualTo("KEYCTL_REVOKE, KEY_SPEC_SESSION_KEYRING = 0");
        assertThat(text(call("kcmp").args(1, 2, 0, 3, 4))).isEqualTo("1, 2, KCMP_FILE, 3, 4 = 0");
        assertThat(text(call("kcmp").args(1, 2, 1, 3, 4))).isEqualTo("1, 2, KCMP_VM = 0");
        assertThat(text(call("mknod").args(0, 0010600, 5))).isEqualTo("NULL, S_IFIFO|0600 = 0");
        assertThat(text(call("mknod").args(0, 0020600, 0x103))).isEqualTo("NULL, S_IFCHR|0600, makedev(0x1, 0x3) = 0");
        assertThat(text(call("mremap").args(0x1000, 1, 2, 1, 5))).isEqualTo("0x1000, 1, 2, MREMAP_MAYMOVE = 0");
    }

    @Test
    void commandsThatConsistOfSeveralNumbers() {
        assertThat(text(call("ioctl").args(3, 0x5401, 0x1000))).isEqualTo("3, TCGETS, 0x1000 = 0");
        assertThat(text(call("ioctl").args(3, 0xc010_6409L, 0x1000)))
                .isEqualTo("3, _IOC(_IOC_READ|_IOC_WRITE, 0x64, 0x9, 0x10), 0x1000 = 0");
        assertThat(text(call("ioprio_set").args(1, 0, 0x4003)))
                .isEqualTo("IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 3) = 0");
        assertThat(text(call("setns").args(3, 0x202))).isEqualTo("3, 0x202 /* CLONE_NEW??? */ = 0");
        assertThat(text(call("futex").args(0x1000, 0x2b, 1, 2, 3, 4))).startsWith("0x1000, 0x2b /* FUTEX_??? */, 1,");
    }

    @Test
    void theArgumentsOfCloneHaveNamesAndOneOrder() {
        assertThat(text(call("clone").args(0x1200011, 0, 1, 2, 3).returns(5)))
                .isEqualTo("child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD,"
                        + " child_tidptr=0x2 = 5");
        assertThat(text(call(Abi.AARCH64, "clone").args(0x1200011, 0, 1, 2, 3).returns(5)))
                .endsWith("child_tidptr=0x3 = 5");
        assertThat(text(call("clone").args(0x180000, 0x1000, 1, 2, 3)))
                .isEqualTo("child_stack=0x1000, flags=CLONE_SETTLS|CLONE_PARENT_SETTID, parent_tid=0x1, tls=0x3 = 0");
        assertThat(text(call("clone").args(0, 0, 0, 0, 0))).isEqualTo("child_stack=NULL, flags=0 = 0");
    }

    @Test
    void namesWhatAResultMeans() {
        assertThat(result(call("fcntl").args(3, 1).returns(1))).isEqualTo("0x1 (flags FD_CLOEXEC)");
        assertThat(result(call("fcntl").args(3, 3).returns(0x8402)))
                .isEqualTo("0x8402 (flags O_RDWR|O_APPEND|O_LARGEFILE)");
        assertThat(result(call("fcntl").args(3, 1).returns(0))).isEqualTo("0");
        assertThat(result(call("personality").args(-1).returns(0))).isEqualTo("0 (PER_LINUX)");
        assertThat(result(call("prctl").args(3).returns(1))).isEqualTo("1 (SUID_DUMP_USER)");
        assertThat(result(call("prctl").args(3).returns(0))).isEqualTo("0 (SUID_DUMP_DISABLE)");
        assertThat(text(call("prctl").args(4, 1).returns(0))).isEqualTo("PR_SET_DUMPABLE, SUID_DUMP_USER = 0");
        assertThat(text(call("prctl").args(4, 7).returns(0))).isEqualTo("PR_SET_DUMPABLE, 0x7 /* SUID_DUMP_??? */ = 0");
        assertThat(result(call("adjtimex").args(0).returns(5))).isEqualTo("5 (TIME_ERROR)");
    }

    @Test
    void aStringThatCouldNotBeReadToItsEndIsItsAddress() {
        CapturedData part = new CapturedData(0, Part.DATA, 0, false, new byte[] {'/', 'a'}, true, 14);
        assertThat(text(call("chdir").args(0x1ffe).data(part).fails(14))).startsWith("0x1ffe = -1 EFAULT");
    }

    private static String text(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build());
        out.append(" = ");
        ArgumentFormatter.result(out, call.build());
        return out.toString();
    }

    private static String result(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.result(out, call.build());
        return out.toString();
    }
}
