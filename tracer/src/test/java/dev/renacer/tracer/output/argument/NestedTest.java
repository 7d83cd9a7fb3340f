// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.struct.Filters;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.syscall.Abi;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1, from bytes as the structs of C have them. */
class NestedTest {
    private static final long ADDRESS = 0x1000;

    @Test
    void theSetOfSignalsBehindAnAddressAndASize() {
        byte[] pack = new Struct().u64(0x2000, 8).bytes();
        assertThat(text(call("pselect6")
                        .args(0, 0, 0, 0, 0, ADDRESS)
                        .bytes(5, pack, false)
                        .data(element(5, 0, false, new Struct().u64(1 << 16).bytes()))))
                .isEqualTo("0, NULL, NULL, NULL, NULL, {sigmask=[CHLD], sigsetsize=8} = 0 (Timeout)");
        assertThat(text(call("pselect6").args(0, 0, 0, 0, 0, ADDRESS).bytes(5, pack, false)))
                .contains("NULL, {sigmask=0x2000, sigsetsize=8}");
        assertThat(text(call("pselect6")
                        .args(0, 0, 0, 0, 0, ADDRESS)
                        .bytes(5, new Struct().u64(0x2000, 16).bytes(), false)
                        .data(element(5, 0, false, new byte[16]))))
                .contains("{sigmask=0x2000, sigsetsize=16}");
        assertThat(text(call(Abi.I386, "pselect6")
                        .args(0, 0, 0, 0, 0, ADDRESS)
                        .bytes(5, new Struct().u32(0, 8).bytes(), false)))
                .contains("{sigmask=NULL, sigsetsize=8}");
        assertThat(text(call("pselect6").args(0, 0, 0, 0, 0, ADDRESS).bytes(5, pack, true)))
                .contains("NULL, 0x1000 = 0");
    }

    @Test
    void programsOfFilters() {
        assertThat(text(call("seccomp")
                        .args(1, 0, ADDRESS)
                        .bytes(2, new Struct().u16(19).at(8).u64(0x2000).bytes(), false)))
                .isEqualTo("SECCOMP_SET_MODE_FILTER, 0, {len=19, filter=0x2000} = 0");
        assertThat(text(call(Abi.I386, "prctl")
                        .args(22, 2, ADDRESS)
                        .bytes(2, new Struct().u16(1).at(4).u32(0).bytes(), false)))
                .isEqualTo("PR_SET_SECCOMP, SECCOMP_MODE_FILTER, {len=1, filter=NULL} = 0");
        assertThat(text(call("prctl").args(22, 1, ADDRESS))).isEqualTo("PR_SET_SECCOMP, SECCOMP_MODE_STRICT = 0");
        assertThat(text(call("seccomp")
                        .args(2, 0, ADDRESS)
                        .bytes(2, new Struct().u32(0x7fff0000).bytes(), false)))
                .isEqualTo("SECCOMP_GET_ACTION_AVAIL, 0, [SECCOMP_RET_ALLOW] = 0");
        assertThat(text(call("seccomp")
                        .args(3, 0, ADDRESS)
                        .written(2, new Struct().u16(80).u16(24).u16(64).bytes(), false)))
                .isEqualTo("SECCOMP_GET_NOTIF_SIZES, 0,"
                        + " {seccomp_notif=80, seccomp_notif_resp=24, seccomp_data=64} = 0");
    }

    @Test
    void instructionsOfFilters() {
        assertThat(filter(0x20, 0, 0, 0)).isEqualTo("BPF_STMT(BPF_LD|BPF_W|BPF_ABS, 0)");
        assertThat(filter(0x15, 0, 1, 0xc000003e)).isEqualTo("BPF_JUMP(BPF_JMP|BPF_K|BPF_JEQ, 0xc000003e, 0, 0x1)");
        assertThat(filter(6, 0, 0, 0x7fff0000)).isEqualTo("BPF_STMT(BPF_RET|BPF_K, SECCOMP_RET_ALLOW)");
        assertThat(filter(6, 0, 0, 0x50001)).isEqualTo("BPF_STMT(BPF_RET|BPF_K, SECCOMP_RET_ERRNO|0x1)");
        assertThat(filter(0x16, 0, 0, 0)).isEqualTo("BPF_STMT(BPF_RET|BPF_A, SECCOMP_RET_KILL_THREAD)");
        assertThat(filter(0x0c, 0, 0, 5)).isEqualTo("BPF_STMT(BPF_ALU|BPF_X|BPF_ADD, 0x5)");
        assertThat(filter(0xb1, 0, 0, 0)).isEqualTo("BPF_STMT(BPF_LDX|BPF_B|BPF_MSH, 0)");
        assertThat(filter(3, 0, 0, 2)).isEqualTo("BPF_STMT(BPF_STX, 0x2)");
        assertThat(filter(0xffff, 0, 0, 7))
                .isEqualTo("BPF_STMT(BPF_MISC|0xf8 /* BPF_??? */|0xff00 /* BPF_??? */, 0x7)");
        StringBuilder cut = new StringBuilder();
        Filters.write(cut, memory(new Struct().u16(6).u8(0, 0).u32(1).u32(9).bytes()), true, 0x2000, false);
        assertThat(cut).hasToString("[BPF_STMT(BPF_RET|BPF_K, 0x1), ... /* 0x2008 */]");
    }

    @Test
    void whatClone3Returned() {
        byte[] given =
                new Struct().u64(0x101000, 0x10, 0, 0x20, 17, 0, 0, 0, 0, 0, 0).bytes();
        assertThat(text(call("clone3")
                        .args(ADDRESS, 88)
                        .bytes(0, given, false)
                        .data(element(0, 0, true, new Struct().u32(7).bytes()))
                        .data(element(0, 1, true, new Struct().u32(99).bytes()))
                        .returns(99)))
                .isEqualTo("{flags=CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10, parent_tid=0x20, exit_signal=SIGCHLD,"
                        + " stack=NULL, stack_size=0} => {pidfd=[7], parent_tid=[99]}, 88 = 99");
        byte[] plain = new Struct().u64(0, 0x10, 0, 0x20, 17, 0, 0, 0, 0, 0, 0).bytes();
        assertThat(text(call("clone3")
                        .args(ADDRESS, 88)
                        .bytes(0, plain, false)
                        .data(element(0, 1, true, new Struct().u32(99).bytes()))
                        .returns(99)))
                .isEqualTo("{flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88 = 99");
        assertThat(text(call("clone3").args(ADDRESS, 7).bytes(0, plain, false).fails(22)))
                .startsWith("0x1000, 7 = -1 EINVAL");
        assertThat(text(call("clone")
                        .args(0x100000 | 17, 0, ADDRESS)
                        .written(2, new Struct().u32(5).bytes(), false)
                        .returns(5)))
                .isEqualTo("child_stack=NULL, flags=CLONE_PARENT_SETTID|SIGCHLD, parent_tid=[5] = 5");
    }

    @Test
    void messagesOfQueues() {
        assertThat(text(call("msgsnd")
                        .args(3, ADDRESS, 60, 0)
                        .bytes(1, new Struct().u64(5).text("some").bytes(), true)))
                .isEqualTo("3, {mtype=5, mtext=\"some\"...}, 60, 0 = 0");
        assertThat(text(call("msgrcv")
                        .args(3, ADDRESS, 100, -1, 0)
                        .written(1, new Struct().u64(-1).bytes(), false)))
                .isEqualTo("3, {mtype=-1, mtext=\"\"}, 100, -1, 0 = 0");
        assertThat(text(call("msgrcv").args(3, ADDRESS, 100, 0, 0).fails(42))).startsWith("3, 0x1000, 100, 0, 0 = -1");
    }

    @Test
    void whatIsKnownOfQueuesAndSegments() {
        byte[] queue = new Struct()
                .u32(7, 1, 2, 3, 4, 0600)
                .at(48)
                .u64(10, 11, 12, 0, 5, 16384)
                .u32(98, 99)
                .u64(0, 0)
                .bytes();
        assertThat(text(call("msgctl").args(0, 2, ADDRESS).written(2, queue, false)))
                .isEqualTo("0, IPC_STAT, {msg_perm={uid=1, gid=2, mode=0600, key=0x7, cuid=3, cgid=4}, msg_stime=10,"
                        + " msg_rtime=11, msg_ctime=12, msg_qnum=5, msg_qbytes=16384, msg_lspid=98, msg_lrpid=99}"
                        + " = 0");
        assertThat(text(call("msgctl").args(0, 1, ADDRESS).bytes(2, queue, false)))
                .isEqualTo("0, IPC_SET, {msg_perm={uid=1, gid=2, mode=0600}, msg_qbytes=16384} = 0");
        assertThat(text(call("msgctl").args(0, 0, ADDRESS))).isEqualTo("0, IPC_RMID, 0x1000 = 0");
        byte[] segment = new Struct()
                .u32(0, 0, 0, 0, 0, 0600)
                .at(48)
                .u64(4096, 1, 2, 3)
                .u32(98, 99)
                .u64(1, 0, 0)
                .bytes();
        assertThat(text(call("shmctl").args(30, 2, ADDRESS).written(2, segment, false)))
                .isEqualTo("30, IPC_STAT, {shm_perm={uid=0, gid=0, mode=0600, key=0, cuid=0, cgid=0},"
                        + " shm_segsz=4096, shm_cpid=98, shm_lpid=99, shm_nattch=1, shm_atime=1, shm_dtime=2,"
                        + " shm_ctime=3} = 0");
        byte[] semaphores = new Struct()
                .u32(0, 0, 0, 0, 0, 0600)
                .at(48)
                .u64(1, 0, 2, 0, 9, 0, 0)
                .bytes();
        assertThat(text(call("semctl").args(0, 0, 2, ADDRESS).written(3, semaphores, false)))
                .isEqualTo("0, 0, IPC_STAT, {sem_perm={uid=0, gid=0, mode=0600, key=0, cuid=0, cgid=0}, sem_otime=1,"
                        + " sem_ctime=2, sem_nsems=9} = 0");
    }

    @Test
    void waitidThatFoundNoChild() {
        assertThat(text(call("waitid")
                        .args(0, 0, ADDRESS, 5, ADDRESS)
                        .written(2, new byte[128], false)
                        .written(4, new byte[144], false)))
                .startsWith("P_ALL, 0, {}, WNOHANG|WEXITED, 0x1000 = 0");
    }

    @Test
    void handlesOfFiles() {
        byte[] handle = new Struct().u32(8, 1).u8(0xa3, 0xc4, 3, 0, 0, 0, 0, 0).bytes();
        assertThat(text(call("name_to_handle_at")
                        .args(-100, ADDRESS, ADDRESS, ADDRESS, 0)
                        .string(1, "f")
                        .bytes(2, new Struct().u32(100, 0).bytes(), true)
                        .written(2, handle, false)
                        .written(3, new Struct().u32(27).bytes(), false)))
                .isEqualTo("AT_FDCWD, \"f\", {handle_bytes=100 => 8, handle_type=1,"
                        + " f_handle=\"\\xa3\\xc4\\x03\\x00\\x00\\x00\\x00\\x00\"}, [27], 0 = 0");
        assertThat(text(call("name_to_handle_at")
                        .args(-100, ADDRESS, ADDRESS, ADDRESS, 0)
                        .string(1, "f")
                        .bytes(2, new Struct().u32(0, 0).bytes(), false)
                        .written(2, handle, false)
                        .fails(75)))
                .startsWith("AT_FDCWD, \"f\", {handle_bytes=0 => 8}, 0x1000, 0 = -1 EOVERFLOW");
        assertThat(text(call("name_to_handle_at")
                        .args(-100, ADDRESS, ADDRESS, ADDRESS, 0)
                        .bytes(2, new Struct().u32(200, 0).bytes(), false)
                        .written(2, new Struct().u32(8, 0).bytes(), false)
                        .fails(2)))
                .contains("{handle_bytes=200}, 0x1000");
        assertThat(text(call("open_by_handle_at")
                        .args(-100, ADDRESS, 0)
                        .bytes(1, handle, false)
                        .returns(5)))
                .startsWith("-100, {handle_bytes=8, handle_type=1, f_handle=\"\\xa3");
    }

    @Test
    void setsOfNodes() {
        assertThat(nodes(65, new Struct().u64(1, 2).bytes())).isEqualTo("[0x00000000000001]");
        assertThat(nodes(129, new Struct().u64(5, 0, 7).bytes())).isEqualTo("[0x00000000000005, 0000000000000000]");
        assertThat(nodes(1, new Struct().u64(5).bytes())).isEqualTo("0x1000");
        assertThat(nodes(0, new byte[0])).isEqualTo("[]");
        assertThat(text(call("get_mempolicy")
                        .args(ADDRESS, 0, 0, 0, 0)
                        .written(0, new Struct().u32(0).bytes(), false)))
                .isEqualTo("[MPOL_DEFAULT], NULL, 0, NULL, 0 = 0");
    }

    @Test
    void requestsOfAsynchronousIo() {
        byte[] poll = new Struct()
                .u64(7)
                .u32(0, 0)
                .u16(5)
                .u16(0)
                .u32(3)
                .u64(1, 0, 0, 0)
                .u32(0, 0)
                .bytes();
        assertThat(text(call("io_submit")
                        .args(0x5000, 3, ADDRESS)
                        .data(new CapturedData(
                                2,
                                Part.VECTOR,
                                0,
                                false,
                                new Struct().u64(0x2000, 0, 16).bytes(),
                                false,
                                0))
                        .data(element(2, 0, false, poll))
                        .returns(1)))
                .isEqualTo("0x5000, 3, [{aio_data=0x7, aio_lio_opcode=IOCB_CMD_POLL, aio_fildes=3, aio_buf=POLLIN},"
                        + " NULL, 0x10] = 1");
        assertThat(text(call("io_cancel")
                        .args(0x5000, ADDRESS, ADDRESS)
                        .bytes(1, poll, false)
                        .fails(22)))
                .startsWith("0x5000, {aio_data=0x7, aio_lio_opcode=IOCB_CMD_POLL, aio_fildes=3}, 0x1000 = -1");
    }

    @Test
    void whatIsPutBackAtTheEndOfAHandler() {
        assertThat(text(call("rt_sigreturn")
                        .args(0)
                        .bytes(0, new Struct().u64(2).bytes(), false)
                        .fails(4)))
                .startsWith("{mask=[INT]} = -1 EINTR");
    }

    @Test
    void keysAndRules() {
        assertThat(text(call("keyctl")
                        .args(11, 5, ADDRESS, 3)
                        .written(2, new Struct().text("pay").bytes(), true)
                        .returns(8)))
                .isEqualTo("KEYCTL_READ, 5, \"pay\", 3 = 8");
        assertThat(text(call("keyctl")
                        .args(6, 5, ADDRESS, 100)
                        .written(2, new Struct().text("user;0;0;desc\0").bytes(), false)
                        .returns(14)))
                .isEqualTo("KEYCTL_DESCRIBE, 5, \"user;0;0;desc\", 100 = 14");
        assertThat(text(call("landlock_create_ruleset")
                        .args(ADDRESS, 16, 0)
                        .bytes(0, new Struct().u64(5, 1).bytes(), false)
                        .returns(4)))
                .isEqualTo("{handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE|LANDLOCK_ACCESS_FS_READ_FILE, ...}, 16, 0"
                        + " = 4");
        assertThat(text(call("landlock_add_rule")
                        .args(4, 1, ADDRESS, 0)
                        .bytes(2, new Struct().u64(1).u32(3).bytes(), false)))
                .isEqualTo("4, LANDLOCK_RULE_PATH_BENEATH,"
                        + " {allowed_access=LANDLOCK_ACCESS_FS_EXECUTE, parent_fd=3}, 0 = 0");
        assertThat(text(call("move_pages")
                        .args(0, 2, ADDRESS, 0, ADDRESS, 0)
                        .bytes(2, new Struct().u64(16, 32).bytes(), false)
                        .written(4, new Struct().u32(-14, 1).bytes(), false)))
                .isEqualTo("0, 2, [0x10, 0x20], NULL, [-EFAULT, 1], 0 = 0");
    }

    @Test
    void buffersThatNothingWasPutInto() {
        byte[] vector = new Struct().u64(0x2000, 5, 0x3000, 7).bytes();
        assertThat(text(call("readv")
                        .args(3, ADDRESS, 2)
                        .data(new CapturedData(1, Part.VECTOR, 0, true, vector, false, 0))))
                .isEqualTo("3, [{iov_base=\"\", iov_len=5}, {iov_base=\"\", iov_len=7}], 2 = 0");
        assertThat(text(call("readv")
                        .args(3, ADDRESS, 2)
                        .data(new CapturedData(1, Part.VECTOR, 0, true, vector, false, 0))
                        .fails(11)))
                .startsWith("3, [{iov_base=0x2000, iov_len=5}, {iov_base=0x3000, iov_len=7}], 2 = -1 EAGAIN");
        assertThat(text(call("getxattr")
                        .args(0, 0, ADDRESS, 0)
                        .written(2, new byte[0], true)
                        .returns(6)))
                .endsWith("0x1000, 0 = 6");
    }

    private static String nodes(long count, byte[] bytes) {
        String text = text(call("set_mempolicy").args(2, ADDRESS, count).bytes(1, bytes, false));
        return text.substring("MPOL_BIND, ".length(), text.lastIndexOf(", "));
    }

    private static String filter(int code, int yes, int no, long value) {
        StringBuilder out = new StringBuilder();
        byte[] bytes = new Struct().u16(code).u8(yes, no).u32(value).bytes();
        Filters.write(out, memory(bytes), false, 0, true);
        return out.substring(1, out.length() - 1);
    }

    private static Memory memory(byte[] bytes) {
        return new Memory(bytes, 0, bytes.length, Abi.X86_64, false);
    }

    private static CapturedData element(int argument, int index, boolean atExit, byte[] bytes) {
        return new CapturedData(argument, Part.ELEMENT, index, atExit, bytes, false, 0);
    }

    private static String text(CallFixture fixture) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, fixture.build());
        ArgumentFormatter.result(out.append(" = "), fixture.build());
        return out.toString();
    }
}
