// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Gets one signal after another of each kind that siginfo_t has fields for, and lives on.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, NOWHERE = 0xdead000 };

static sigjmp_buf away;
static volatile sig_atomic_t seen;

static void jump(int signal) {
    (void)signal;
    siglongjmp(away, 1);
}

static void note(int signal) {
    (void)signal;
    seen = 1;
}

static void handle(int signal, void (*handler)(int)) {
    const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_NODEFER};
    if (sigaction(signal, &action, NULL) != 0) {
        exit(1);
    }
}

static void must(int holds) {
    if (!holds) {
        exit(1);
    }
}

static void await_signal(void) {
    sigset_t none;
    sigemptyset(&none);
    while (!seen) {
        sigsuspend(&none);
    }
    seen = 0;
}

static void write_to(volatile char *address) {
    if (sigsetjmp(away, 1) == 0) {
        *address = 1;
    }
}

static void faults(void) {
    const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        handle(faults[i], jump);
    }
    handle(SIGTRAP, note);
    write_to((volatile char *)NOWHERE);
    write_to(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    write_to(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd_create("empty", 0), 0));
    if (sigsetjmp(away, 1) == 0) {
        __builtin_trap();
    }
#if defined __x86_64__
    write_to((volatile char *)0xdead000000000000); // not canonical: the processor tells no address
    if (sigsetjmp(away, 1) == 0) {
        __asm__ volatile("xorl %%edx, %%edx; xorl %%ecx, %%ecx; divl %%ecx" ::: "eax", "ecx", "edx");
    }
    __asm__ volatile("int3");
#endif
}

static void sent(void) {
    must(kill(getpid(), SIGUSR1) == 0);
    await_signal();
    must(raise(SIGUSR2) == 0);
    await_signal();
    must(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 42}) == 0);
    await_signal();
    must(sigqueue(getpid(), SIGTERM, (union sigval){.sival_int = 0}) == 0);
    await_signal();
}

static void timers(void) {
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3, .sigev_value.sival_int = 7};
    must(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    const struct itimerspec soon = {.it_value.tv_nsec = 1000};
    must(timer_settime(timer, 0, &soon, NULL) == 0);
    await_signal();
    must(ualarm(1000, 0) == 0);
    await_signal();
}

static void descriptors(void) {
    struct mq_attr small = {.mq_maxmsg = 1, .mq_msgsize = 8};
    const mqd_t queue = mq_open("/renacer-signals", O_CREAT | O_RDWR, 0600, &small);
    must(queue != (mqd_t)-1 && mq_unlink("/renacer-signals") == 0);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGHUP, .sigev_value.sival_int = 9};
    must(mq_notify(queue, &event) == 0 && mq_send(queue, "x", 1, 0) == 0);
    await_signal();
    int ends[2];
    must(pipe(ends) == 0 && fcntl(ends[0], F_SETOWN, getpid()) == 0 && fcntl(ends[0], F_SETSIG, SIGIO) == 0 &&
         fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK) == 0 && write(ends[1], "x", 1) == 1);
    await_signal();
}

static void one_child(int how) {
    const pid_t child = fork();
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)signal(SIGSEGV, SIG_DFL);
        (void)raise(how);
        while (how == SIGSTOP) {
            (void)pause(); // ended at once, the parent's wait for its continuing might find that end instead
        }
        _exit(3);
    }
    int status;
    if (how == SIGSTOP) {
        must(waitpid(child, &status, WUNTRACED) == child);
        await_signal();
        must(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child);
    }
    await_signal();
    must((how != SIGSTOP || kill(child, SIGKILL) == 0) && waitpid(child, &status, 0) == child);
    seen = 0;
}

static void trapped_call(void) {
    handle(SIGSYS, note);
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP | 5),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0);
    (void)syscall(SYS_getppid);
}

int main(void) {
    faults();
    const int blocked[] = {SIGUSR1, SIGUSR2, SIGALRM, SIGCHLD, SIGIO, SIGRTMIN, SIGRTMIN + 3, SIGTERM, SIGHUP};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++) {
        handle(blocked[i], note);
        sigaddset(&set, blocked[i]);
    }
    must(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    sent();
    timers();
    descriptors();
    one_child(0);
    one_child(SIGKILL);
    one_child(SIGSTOP);
    trapped_call();
    return 0;
}
