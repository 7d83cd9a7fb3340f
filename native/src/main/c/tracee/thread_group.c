// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which process a tracee belongs to, and whether a task is a tracee at all. The kernel is asked by calls that need
// neither a descriptor nor a /proc that shows the task. A tracee stays stopped until this is known, and /proc fails
// when it matters: no descriptor is left, hidepid hides a task that is not dumpable, or /proc shows another PID
// namespace.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"
#include "tracee/thread_group.h"

// tgkill(2) finds a thread by both numbers before it looks at permissions; signal 0 sends nothing.
static bool is_thread_of(pid_t tgid, pid_t tid) {
    if (syscall(SYS_tgkill, tgid, tid, 0) == 0) {
        return true;
    }
    struct rc_proc_status status;
    // A sandbox around us may refuse all of them.
    return errno == EPERM && (rc_proc_status(tid, &status) != 0 || status.tgid == tgid);
}

pid_t rc_thread_group_of(const struct rc_tracer *tracer, pid_t tid, pid_t creator) {
    const struct rc_task *origin = creator == 0 ? NULL : rc_tasks_find(&tracer->tasks, creator);
    const pid_t likely = origin == NULL || origin->process == NULL ? 0 : origin->process->tgid;
    if (likely != 0 && is_thread_of(likely, tid)) {
        return likely;
    }
    if (is_thread_of(tid, tid)) {
        return tid;
    }
    for (const struct rc_process *process = tracer->tasks.processes; process != NULL; process = process->next) {
        if (is_thread_of(process->tgid, tid)) {
            return process->tgid;
        }
    }
    struct rc_proc_status status; // an unknown thread of an unknown process
    return rc_proc_status(tid, &status) == 0 ? status.tgid : 0;
}

bool rc_is_tracee(pid_t tid) {
    siginfo_t info = {.si_pid = 0};
    int result;
    do {
        // Nothing is consumed (WNOWAIT), this never waits, and only tracees of this very thread are found.
        result = waitid(P_PID, (id_t)tid, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD);
    } while (result != 0 && errno == EINTR);
    const bool dead = info.si_pid != 0 && info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED;
    return result == 0 && !dead;
}
