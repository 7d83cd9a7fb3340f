#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a C program that makes every system call of x86-64, several times, with arguments that make it fail or do no harm.

The calls are those of tables.tsv as far as strace 6.1 knows them (up to number 450), what their arguments are is from signatures.tsv:
  bad    descriptors are -1, pointers point to nothing, everything else is all ones
  odd    descriptors are 999, pointers point to nothing, everything else has many bits, and more than the call takes of a register
  null   descriptors are -1, pointers are NULL, everything else is 0
  page   descriptors are -1, pointers point to a page of zeros, everything else is 1
"""
import pathlib

TABLES = pathlib.Path(__file__).resolve().parents[3] / "tracer/src/main/resources/dev/renacer/tracer/syscall"
LAST_OF_STRACE = 450

# Not made at all, and why.
NEVER = {
    "exit": "ends the program", "exit_group": "ends the program",
    "rt_sigreturn": "returns to where no signal has come from", "restart_syscall": "continues what was not interrupted",
    "fork": "makes a process", "vfork": "makes a process that uses our stack",
    "vhangup": "hangs up the terminal", "reboot": "of the whole machine", "kexec_load": "of the whole machine",
    "kexec_file_load": "of the whole machine", "pause": "waits for ever", "uselib": "older than all that runs today",
    "acct": "of the whole machine", "swapon": "of the whole machine", "swapoff": "of the whole machine",
    "settimeofday": "of the whole machine", "clock_settime": "of the whole machine", "adjtimex": "of the whole machine",
    "clock_adjtime": "of the whole machine", "syslog": "of the whole machine", "sync": "takes as long as the disks do",
    "perf_event_open": "its errno depends on settings of the kernel", "bpf": "likewise", "userfaultfd": "likewise",
    "init_module": "of the whole machine", "finit_module": "of the whole machine", "delete_module": "of the whole machine",
    "iopl": "of the processor", "ioperm": "of the processor", "setsid": "makes it a session of its own",
    "arch_prctl": "may move the thread's own storage", "uretprobe": "newer than strace 6.1", "uprobe": "newer than strace 6.1",
}
# Not made with these arguments.
NOT_WITH = {
    "null": {
        "read": "waits for input", "clone": "makes a process", "clone3": "likewise", "ppoll": "waits for ever",
        "select": "waits for ever", "pselect6": "waits for ever", "sethostname": "of the whole machine",
        "setdomainname": "of the whole machine", "seccomp": "lets nothing more be called", "close_range": "closes what is in use",
        "msgget": "makes a queue that stays", "io_uring_enter": "waits", "personality": "changes the rest",
        "kill": "to its process group", "munmap": "nothing to compare", "tgkill": "nothing to compare", "brk": "gives an address",
        "mmap": "gives an address", "shmat": "gives an address", "ptrace": "attaches to what traces it",
        "membarrier": "tells what the kernel can", "umask": "changes the rest", "unshare": "no change", "wait4": "would wait", "waitid": "would wait",
    },
    "page": {
        "clone": "makes a process", "clone3": "likewise", "kill": "may reach the first process", "tkill": "likewise",
        "tgkill": "likewise", "rt_sigqueueinfo": "likewise", "rt_tgsigqueueinfo": "likewise", "ptrace": "likewise",
        "sethostname": "of the whole machine", "setdomainname": "of the whole machine", "seccomp": "lets nothing more be called",
        "close_range": "closes what is in use", "close": "closes standard output", "shutdown": "likewise", "munmap": "may unmap",
        "mmap": "gives an address", "brk": "gives an address", "mremap": "gives an address", "msgget": "makes a queue that stays",
        "semget": "makes one that stays", "shmget": "makes one that stays", "rt_sigaction": "changes what signals do",
        "rt_sigsuspend": "waits for ever", "rt_sigtimedwait": "waits", "ppoll": "waits", "poll": "waits", "select": "waits",
        "pselect6": "waits", "alarm": "ends the program", "personality": "changes the rest", "setpgid": "changes the rest",
        "mount": "mounts", "umount2": "unmounts", "pivot_root": "changes the root", "chroot": "changes the root",
        "setuid": "gives up rights", "setgid": "gives up rights", "setreuid": "likewise", "setregid": "likewise",
        "setresuid": "likewise", "setresgid": "likewise", "setgroups": "likewise", "setfsuid": "likewise", "setfsgid": "likewise",
        "setpriority": "of another process", "ioprio_set": "likewise", "sched_setscheduler": "likewise", "sched_setparam": "likewise",
        "sched_setattr": "likewise", "sched_setaffinity": "likewise", "prlimit64": "of another process", "setrlimit": "limits the rest",
        "capset": "gives up rights", "setitimer": "ends the program", "mprotect": "may protect", "unshare": "leaves",
        "set_robust_list": "nothing to compare", "set_tid_address": "of libc", "rseq": "of libc", "sigaltstack": "of signals",
        "futex": "waits", "futex_waitv": "waits", "process_vm_readv": "of another process", "process_vm_writev": "likewise",
        "migrate_pages": "likewise", "move_pages": "likewise", "kcmp": "likewise", "pidfd_open": "gives a descriptor of it",
        "get_robust_list": "addresses of another process", "sched_rr_get_interval": "of another process",
        "mlockall": "may be refused", "vmsplice": "waits", "nanosleep": "waits", "clock_nanosleep": "waits", "wait4": "would wait",
        "waitid": "would wait", "umask": "changes the rest", "keyctl": "of the user's keys", "add_key": "likewise",
        "request_key": "likewise", "times": "times", "time": "times", "sysinfo": "of the whole machine", "getrusage": "times",
        "sched_getattr": "of another process", "quotactl": "of the whole machine", "remap_file_pages": "older",
        "io_setup": "gives an address", "io_uring_setup": "gives a descriptor", "landlock_restrict_self": "restricts",
    },
    "bad": {"kill": "may reach others", "mlockall": "may be refused", "alarm": "of signals", "umask": "changes the rest",
            "personality": "changes nothing", "msgget": "makes a queue that stays", "semget": "likewise", "shmget": "likewise",
            "brk": "gives an address"},
    "odd": {"kill": "may reach others", "tkill": "may reach others", "mlockall": "may be refused", "alarm": "of signals",
            "umask": "changes the rest", "personality": "changes the rest", "msgget": "makes a queue that stays",
            "semget": "likewise", "shmget": "likewise", "clone": "makes a process", "brk": "gives an address",
            "setfsuid": "changes the rest", "setfsgid": "changes the rest", "setuid": "gives up rights", "setgid": "likewise",
            "setreuid": "likewise", "setregid": "likewise", "setresuid": "likewise", "setresgid": "likewise",
            "setpriority": "changes the rest", "prctl": "changes the rest", "tgkill": "may reach others"},
}
VALUES = {
    "bad": {"descriptor": "-1L", "pointer": "UNMAPPED", "else": "-1L"},
    "odd": {"descriptor": "0x5a5a5a5a000003e7L", "pointer": "UNMAPPED", "else": "0x5a5a5a5a5a5a5a5aL"},
    "null": {"descriptor": "-1L", "pointer": "0L", "else": "0L"},
    "page": {"descriptor": "-1L", "pointer": "PAGE", "else": "1L"},
}
POINTERS = {"PATH", "STRING", "POINTER"}
DESCRIPTORS = {"FD", "DIRFD"}


def rows(name):
    for line in (TABLES / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def signatures():
    found = {}
    for row in rows("signatures.tsv"):
        name, _, abi = row[0].partition("@")
        if abi in ("", "X86_64"):
            found[name] = row[1].split() if len(row) > 1 else []
    return found


def kind(token):
    word = token
    for sign in ":<>!#=":
        word = word.partition(sign)[0]
    return "pointer" if word in POINTERS else "descriptor" if word in DESCRIPTORS else "else"


def calls():
    known = signatures()
    for row in rows("tables.tsv"):
        if row[0] == "kernel" or row[1] == "-" or int(row[1]) > LAST_OF_STRACE or row[0] in NEVER:
            continue
        parameters = known.get(row[0], [])
        for style, values in VALUES.items():
            if row[0] in NOT_WITH[style] or style != "bad" and not parameters:
                continue
            arguments = [values[kind(token)] for token in parameters] + ["0L"] * (6 - len(parameters))
            yield int(row[1]), row[0], style, arguments


def main():
    print("""#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>
/* In no process: the first page beyond what user space can have mapped at a low address. */
#define UNMAPPED 0x10L
static char page[4096] __attribute__((aligned(4096)));
#define PAGE ((long)page)
static long call(long number, long a, long b, long c, long d, long e, long f) {
    for (size_t i = 0; i < sizeof page; i++) {
        page[i] = 0;
    }
    return syscall(number, a, b, c, d, e, f);
}
int main(void) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGSYS, SIG_IGN);""")
    for number, name, style, arguments in sorted(calls()):
        print(f"    call({number}, {', '.join(arguments)}); /* {name}, {style} */")
    print("    return 0;\n}")


if __name__ == "__main__":
    main()
