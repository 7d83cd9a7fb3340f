// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A worker sleeps in waitpid. What ends that sleep without a tracee is a signal whose handler does nothing and
// does not restart the call. One handler serves all sessions of the process.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "session.h"
#include "threads/wakeup.h"

static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int wakeup_signal; // 0: not yet installed

static void on_wakeup(int signal) {
    (void)signal;
}

// Takes the highest real-time signal nothing else in this process has a disposition for.
static int choose(void) {
    for (int signal = SIGRTMAX; signal >= SIGRTMIN; signal--) {
        struct sigaction current;
        if (sigaction(signal, NULL, &current) != 0 || current.sa_handler != SIG_DFL) {
            continue;
        }
        struct sigaction action = {.sa_handler = on_wakeup, .sa_flags = 0}; // no SA_RESTART: that is the point
        (void)sigemptyset(&action.sa_mask);
        if (sigaction(signal, &action, NULL) == 0) {
            return signal;
        }
    }
    return 0;
}

// SIGCHLD at its default would still be sent for every stop of a tracee, only to be thrown away. SA_NOCLDSTOP spares
// that. A handler that the program around us has set is left alone, though each stop then pays for it.
static void quiet_sigchld(void) {
    struct sigaction current;
    if (sigaction(SIGCHLD, NULL, &current) == 0 && (current.sa_flags & (SA_SIGINFO | SA_NOCLDSTOP)) == 0 &&
        current.sa_handler == SIG_DFL) {
        current.sa_flags |= SA_NOCLDSTOP;
        (void)sigaction(SIGCHLD, &current, NULL); // a failure costs speed only
    }
}

int rc_wakeup_install(void) {
    (void)pthread_mutex_lock(&install_lock);
    if (wakeup_signal == 0) {
        wakeup_signal = choose();
        quiet_sigchld();
    }
    const int error = wakeup_signal == 0 ? EAGAIN : 0;
    (void)pthread_mutex_unlock(&install_lock);
    return error;
}

int rc_wakeup_signal(void) {
    return wakeup_signal;
}

void rc_wakeup_send(const struct rc_worker *worker) {
    const pid_t tid = worker->tid;
    if (tid != 0) {
        // The caller has the session's lock or the mutex of the tracer's, under which a worker that ends takes its tid
        // away: it may be another thread's as soon as the thread has ended, joined or not.
        (void)syscall(SYS_tgkill, getpid(), tid, wakeup_signal);
    }
}
