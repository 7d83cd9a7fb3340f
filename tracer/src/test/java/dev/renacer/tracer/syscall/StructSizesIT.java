// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** structs.tsv against the kernel's headers of this machine, by a compiler for each ABI that there is one for. */
class StructSizesIT {
    private static final String MSGHDR = "struct { void *name; int name_length; void *vector; unsigned long count;"
            + " void *control; unsigned long control_length; unsigned flags; }";
    private static final String SCHED_ATTR =
            "struct { __u32 size, policy; __u64 flags; __s32 nice; __u32 priority; __u64 times[3]; __u32 bounds[2]; }";
    private static final String IFREQ =
            "struct { char name[16]; struct { unsigned long memory[2]; unsigned rest[2]; } map; }";
    private static final String HEADERS = Stream.of(
                    "linux/types.h",
                    "linux/posix_types.h",
                    "linux/time_types.h",
                    "linux/time.h",
                    "linux/times.h",
                    "linux/timex.h",
                    "linux/utime.h",
                    "linux/resource.h",
                    "linux/poll.h",
                    "linux/eventpoll.h",
                    "linux/stat.h",
                    "linux/openat2.h",
                    "linux/fcntl.h",
                    "linux/sched.h",
                    "linux/utsname.h",
                    "linux/sysinfo.h",
                    "linux/capability.h",
                    "linux/mqueue.h",
                    "linux/sem.h",
                    "linux/aio_abi.h",
                    "linux/io_uring.h",
                    "linux/futex.h",
                    "linux/mount.h",
                    "linux/mman.h",
                    "linux/filter.h",
                    "linux/landlock.h",
                    "asm/msgbuf.h",
                    "asm/sembuf.h",
                    "asm/shmbuf.h",
                    "linux/seccomp.h",
                    "linux/fs.h",
                    "linux/fiemap.h",
                    "linux/rtc.h",
                    "linux/quota.h",
                    "linux/userfaultfd.h",
                    "asm/termios.h",
                    "asm/signal.h",
                    "asm/siginfo.h",
                    "asm/stat.h",
                    "asm/statfs.h")
            .map("#include <%s>\n"::formatted)
            .reduce("", String::concat);

    /**
     * What the names stand for. Structs with pointers or of the kernel alone are written out: a long is as wide as a
     * pointer in what x32's own calls take.
     */
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("int", "int"),
            Map.entry("id", "__kernel_uid32_t"),
            Map.entry("id16", "__kernel_uid16_t"),
            Map.entry("long", "long"),
            Map.entry("loff", "__kernel_loff_t"),
            Map.entry("time", "__kernel_old_time_t"),
            Map.entry("pointer", "void *"),
            Map.entry("iovec", "struct { void *base; unsigned long length; }"),
            Map.entry("msghdr", MSGHDR),
            Map.entry("mmsghdr", "struct { " + MSGHDR + " header; unsigned length; }"),
            Map.entry("fd", "int"),
            Map.entry("fd_set", "__kernel_ulong_t"),
            Map.entry("pollfd", "struct pollfd"),
            Map.entry("epoll_event", "struct epoll_event"),
            Map.entry("timespec", "struct __kernel_old_timespec"),
            Map.entry("timespec64", "struct __kernel_timespec"),
            Map.entry("timeval", "struct __kernel_old_timeval"),
            Map.entry("timezone", "struct timezone"),
            Map.entry("itimerval", "struct __kernel_old_itimerval"),
            Map.entry("itimerspec", "struct { struct __kernel_old_timespec pair[2]; }"),
            Map.entry("itimerspec64", "struct __kernel_itimerspec"),
            Map.entry("timex", "struct timex"),
            Map.entry("timex64", "struct __kernel_timex"),
            Map.entry("tms", "struct tms"),
            Map.entry("utimbuf", "struct utimbuf"),
            Map.entry("sigset", "struct { unsigned words[2]; }"),
            Map.entry("old_sigset", "struct { unsigned words[1]; }"),
            Map.entry("sigaction", "struct { void *handler; unsigned long flags; void *restorer; unsigned mask[2]; }"),
            Map.entry("old_sigaction", "struct { void *handler; unsigned mask; unsigned long flags; void *restorer; }"),
            Map.entry("siginfo", "siginfo_t"),
            Map.entry("sigevent", "sigevent_t"),
            Map.entry("stack_t", "struct { void *sp; int flags; unsigned long size; }"),
            Map.entry("rusage", "struct rusage"),
            Map.entry("rlimit", "struct { __kernel_ulong_t pair[2]; }"),
            Map.entry("rlimit64", "struct rlimit64"),
            Map.entry("stat", "struct stat"),
            Map.entry("stat64", "struct stat64"),
            Map.entry("statx", "struct statx"),
            Map.entry("statfs", "struct statfs"),
            Map.entry("statfs64", "struct statfs64"),
            Map.entry("open_how", "struct open_how"),
            // As much as is known of what some commands take, and room for a name.
            Map.entry("bpf_load", "char[128]"),
            Map.entry("bpf_pin", "char[16]"),
            Map.entry("bpf_text", "char[256]"),
            Map.entry("bpf_tracepoint", "char[16]"),
            Map.entry("clone_args", "struct clone_args"),
            Map.entry("winsize", "struct { unsigned short fields[4]; }"),
            Map.entry("flock", "struct flock"),
            Map.entry("flock64", "struct flock64"),
            Map.entry("utsname", "struct new_utsname"),
            Map.entry("sysinfo", "struct sysinfo"),
            Map.entry("sched_param", "int"),
            Map.entry("sched_attr", SCHED_ATTR),
            Map.entry("cap_header", "struct __user_cap_header_struct"),
            Map.entry("cap_data", "struct __user_cap_data_struct"),
            Map.entry("mq_attr", "struct mq_attr"),
            Map.entry("sembuf", "struct sembuf"),
            Map.entry("io_event", "struct io_event"),
            Map.entry("io_uring_params", "struct io_uring_params"),
            Map.entry("user_desc", "struct { unsigned words[4]; }"),
            Map.entry("futex_waitv", "struct futex_waitv"),
            Map.entry("mount_attr", "struct mount_attr"),
            Map.entry("cachestat_range", "struct { __u64 pair[2]; }"),
            Map.entry("cachestat", "struct { __u64 counts[5]; }"),
            Map.entry("remote_iovec", "struct { void *base; unsigned long length; }"),
            Map.entry("iocb", "struct iocb"),
            Map.entry("iocb_head", "struct iocb"),
            Map.entry("iocb_pointer", "void *"),
            Map.entry("mempolicy", "int"),
            Map.entry("nodemask", "__kernel_ulong_t"),
            Map.entry("page_status", "int"),
            Map.entry("sigframe", "struct { unsigned words[2]; }"),
            Map.entry("sigframe_aarch64", "struct { unsigned words[2]; }"),
            Map.entry("sigframe_i386", "struct { unsigned words[2]; }"),
            Map.entry("size", "struct { unsigned long size; }"),
            Map.entry("msqid", "struct msqid64_ds"),
            Map.entry("semid", "struct semid64_ds"),
            Map.entry("shmid", "struct shmid64_ds"),
            Map.entry("seccomp_action", "__u32"),
            Map.entry("seccomp_sizes", "struct seccomp_notif_sizes"),
            Map.entry("option_filter", "struct sock_fprog"),
            Map.entry("dqblk", "struct if_dqblk"),
            Map.entry("dqinfo", "struct if_dqinfo"),
            Map.entry("socketcall_address", "struct { long argument[3]; }"),
            Map.entry("socketcall_sendto", "struct { long argument[6]; }"),
            Map.entry("sigset_argpack", "struct { void *set; unsigned long size; }"),
            Map.entry("sock_filter", "struct sock_filter"),
            Map.entry("sock_fprog", "struct sock_fprog"),
            Map.entry("bridge", "struct { char name[16]; }"),
            Map.entry("death_signal", "int"),
            Map.entry("thread_name", "struct { char name[16]; }"),
            Map.entry("tsc", "int"),
            Map.entry("owner_ex", "struct { int type; int pid; }"),
            Map.entry("landlock_path_beneath", "struct { __u64 access; __s32 parent; } __attribute__((packed))"),
            Map.entry("perf_event_attr", "struct { __u32 type, size; __u64 fields[5]; }"),
            Map.entry("held_flock", "struct flock"),
            Map.entry("held_flock64", "struct flock64"),
            Map.entry("uint", "unsigned"),
            Map.entry("ulong", "unsigned long"),
            Map.entry("u64", "__u64"),
            Map.entry("ushort", "unsigned short"),
            Map.entry("clone_range", "struct file_clone_range"),
            Map.entry("console_mode", "int"),
            Map.entry("cookie", "__u64"),
            Map.entry("event_version", "int"),
            Map.entry("fiemap", "struct fiemap"),
            Map.entry("fstrim_range", "struct fstrim_range"),
            Map.entry("fsxattr", "struct fsxattr"),
            Map.entry("fsxattr_set", "struct fsxattr"),
            Map.entry("inode_flags", "int"),
            Map.entry("input", "char"),
            Map.entry("input_id", "struct { unsigned short fields[4]; }"),
            Map.entry("keyboard_mode", "int"),
            Map.entry("keyboard_type", "char"),
            Map.entry("modem_lines", "int"),
            Map.entry("rtc_time", "struct rtc_time"),
            Map.entry("termio", "struct termio"),
            Map.entry("termios", "struct termios"),
            Map.entry("uffd_api", "struct uffdio_api"),
            Map.entry("uffd_copy", "struct uffdio_copy"),
            Map.entry("uffd_range", "struct uffdio_range"),
            Map.entry("uffd_register", "struct uffdio_register"),
            Map.entry("uffd_zeropage", "struct uffdio_zeropage"),
            Map.entry("ifconf", "struct { int length; void *buffer; }"),
            Map.entry("ifreq_name", IFREQ),
            Map.entry("ifreq_flags", IFREQ),
            Map.entry("ifreq_addr", IFREQ),
            Map.entry("ifreq_dstaddr", IFREQ),
            Map.entry("ifreq_broadaddr", IFREQ),
            Map.entry("ifreq_netmask", IFREQ),
            Map.entry("ifreq_metric", IFREQ),
            Map.entry("ifreq_mtu", IFREQ),
            Map.entry("ifreq_newname", IFREQ),
            Map.entry("ifreq_hwaddr", IFREQ),
            Map.entry("ifreq_slave", IFREQ),
            Map.entry("ifreq_ifindex", IFREQ),
            Map.entry("ifreq_qlen", IFREQ),
            Map.entry("ifreq_map", IFREQ),
            Map.entry("ifreq_bridge_port", IFREQ));
    /** Units that no compiler knows: bytes. */
    private static final Set<String> BYTES = Set.of(
            "bytes",
            "path",
            "value",
            "sockaddr",
            "cpu_set",
            "dirent",
            "dirent64",
            "msgbuf",
            "binary",
            "key_data",
            "key_text",
            "file_handle",
            "packet",
            "pages",
            "bpf_attr",
            "landlock_ruleset");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "X86_64, gcc -m64 -I/usr/include/x86_64-linux-gnu",
        "X32, gcc -mx32 -I/usr/include/x86_64-linux-gnu",
        "I386, gcc -m32 -I/usr/include/x86_64-linux-gnu",
        "AARCH64, aarch64-linux-gnu-gcc"
    })
    void eachSizeIsThatOfTheCompiler(Pointee.Column abi, String compiler) throws Exception {
        List<String> command = new ArrayList<>(List.of(compiler.split(" ")));
        command.addAll(List.of("-w", "-ffreestanding", "-fsyntax-only"));
        Path empty = Files.writeString(folder.resolve("empty.c"), HEADERS);
        Assumptions.assumeTrue(
                compiles(command, empty), "there is no compiler for " + abi + " with the kernel's headers");

        Map<String, Integer> sizes = sizes(abi);
        assertThat(sizes).hasSizeGreaterThan(abi == Pointee.Column.X32 ? 10 : 40);
        StringBuilder source = new StringBuilder(HEADERS);
        sizes.forEach((name, size) ->
                source.append("_Static_assert(sizeof(%s) == %d, \"%s\");%n".formatted(TYPES.get(name), size, name)));
        Path file = Files.writeString(folder.resolve("sizes.c"), source);
        assertThat(compiles(command, file))
                .as("%s", Files.readString(folder.resolve("output")))
                .isTrue();
        source.append("_Static_assert(sizeof(struct pollfd) == 9, \"wrong\");");
        assertThat(compiles(command, Files.writeString(file, source)))
                .as("a wrong size is found")
                .isFalse();
    }

    @Test
    void eachStructIsCompared() {
        Set<String> listed = new TreeSet<>();
        DataTable.rows("structs.tsv").forEach(row -> listed.add(row[0]));
        listed.removeAll(BYTES);
        assertThat(new TreeSet<>(TYPES.keySet())).isEqualTo(listed);
    }

    private static Map<String, Integer> sizes(Pointee.Column abi) {
        Map<String, Integer> sizes = new TreeMap<>();
        for (String[] row : DataTable.rows("structs.tsv")) {
            String size = row[abi.number];
            if (!size.equals("-") && !BYTES.contains(row[0])) {
                sizes.put(row[0], Integer.valueOf(size));
            }
        }
        return sizes;
    }

    private boolean compiles(List<String> compiler, Path source) throws InterruptedException {
        List<String> command = new ArrayList<>(compiler);
        command.add(source.toString());
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("output").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
