// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the engine reads about processes in /proc. Nothing here may be called between the stop of a call and its resume.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Longest comm with its NUL (TASK_COMM_LEN) and the longest path a link is read to.
enum { RC_COMM_SIZE = 16, RC_EXE_SIZE = 4096 };

// The lines of /proc/PID/status that the engine needs for its decisions.
struct rc_proc_status {
    pid_t tgid;
    pid_t ppid;
    pid_t tracer;    // tid of the tracer's thread; 0: none
    pid_t inner_pid; // pid in the innermost PID namespace
    long threads;    // of its process
    uid_t uid;       // real uid
    char state;      // 'R', 'S', 'Z', ...
    uint64_t caught;  // signals that have a handler, bit signal-1
    uint64_t ignored; // signals that the program ignores
    uint64_t pending; // signals pending for the thread or for its process that the thread does not block
};

// Reads /proc/PID/status of a process or thread. Returns 0 or an errno value (ENOENT: no such task).
int rc_proc_status(pid_t pid, struct rc_proc_status *out);
// Fields of /proc/PID/stat of a process or thread.
struct rc_proc_stat {
    char state;
    unsigned long flags; // PF_* of the kernel
    uint64_t start;      // when it started, in clock ticks since boot
    int cpu;             // the CPU it last ran on
};
// Returns 0 or an errno value (ENOENT: no such task).
int rc_proc_stat(pid_t pid, struct rc_proc_stat *out);
// Whether it is a kernel thread (PF_KTHREAD).
bool rc_proc_is_kernel_thread(pid_t pid);
// Calls visit for each thread of a process until it returns false. Returns 0 or an errno value.
int rc_proc_tasks(pid_t pid, bool (*visit)(void *context, pid_t tid), void *context);
// The same for each visible process.
int rc_proc_processes(bool (*visit)(void *context, pid_t pid), void *context);
// The tid of the thread that traces a process's leader (0: none): like rc_proc_status but for many processes, with one
// small read each. Returns 0 or an errno value (ENOENT or ESRCH: no such process).
int rc_proc_tracer(pid_t pid, pid_t *tracer);
// Opens /proc/PID/NAME for reading, to be kept open while that process lives. Returns -1 with errno; EMFILE if one more
// would leave too few descriptors for the program around us.
int rc_proc_keep_open(pid_t pid, const char *name);
// Whether /proc shows the processes of our own PID namespace. 0: it does; otherwise the pid under which it shows us, or
// -1: it is not mounted.
pid_t rc_proc_foreign_self(void);
// Name of the program, without the newline; returns its length, 0 if the process is gone.
size_t rc_proc_comm(pid_t pid, char out[RC_COMM_SIZE + 1]);
// Target of /proc/PID/exe; returns its length, 0 if it cannot be read.
size_t rc_proc_exe(pid_t pid, char out[RC_EXE_SIZE]);

// The auxiliary vector that the kernel gave a process's program: pairs of words. Returns how many bytes were read.
size_t rc_proc_auxv(pid_t pid, uint64_t *words, size_t size);

// The call a blocked thread is in, as /proc/PID/task/TID/syscall shows it without stopping the thread.
struct rc_proc_call {
    bool known; // false: the thread runs, or is blocked outside a call, or the file cannot be read
    bool running;
    int64_t nr;
    uint64_t args[6];
    uint64_t sp;
    uint64_t ip;
};
void rc_proc_call(pid_t tgid, pid_t tid, struct rc_proc_call *out);
// The kernel function in which a thread waits; returns its length, 0 if it cannot be read.
size_t rc_proc_wchan(pid_t tgid, pid_t tid, char *out, size_t size);

// Yama's ptrace_scope, -1 without Yama.
int rc_proc_yama_scope(void);
// Whether the calling thread holds CAP_SYS_PTRACE.
bool rc_proc_may_trace_any(void);
