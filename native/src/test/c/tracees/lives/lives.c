// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Lives of tasks, each with a known number of calls: says "ready", reads a line, lives, says "well" or what was wrong,
// reads a line, says "end" and ends. A thread waits in epoll_wait all the time, which nobody may end before its time;
// it blocks the signals that the kernel might give to it while its siblings are traced and it is not yet, or no longer.
//
//   lives threads | forks | execs | deaths | stops [hot]
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MARKS = 3, THREADS = 3, HOT_MS = 60 };
enum { OF_FORK = 3, OF_PROGRAM = 4 };

static char *self;
static const char *wrong;
static int alarm_clock = -1;
static volatile sig_atomic_t handled;
static int up[2]; // a pipe: the sleeper is there

static void check(bool right, const char *what) {
    if (!right && wrong == NULL) {
        wrong = what;
    }
}

static void mark(void) {
    for (int i = 0; i < MARKS; i++) {
        (void)syscall(SYS_getppid);
    }
    check(open("/lives/of/others", O_RDONLY) == -1 && errno == ENOENT, "an open of nothing");
}

// ---- threads
static void *live_as_thread(void *unused) {
    (void)unused;
    mark();
    return NULL;
}

static void live_in_threads(void) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        check(pthread_create(&threads[i], NULL, live_as_thread, NULL) == 0, "a new thread");
    }
    for (int i = 0; i < THREADS; i++) {
        check(pthread_join(threads[i], NULL) == 0, "the end of a thread");
    }
}

static void *sleep_well(void *unused) {
    (void)unused;
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    sigset_t ignored;
    check(sigemptyset(&ignored) == 0 && sigaddset(&ignored, SIGCHLD) == 0 &&
              sigprocmask(SIG_BLOCK, &ignored, NULL) == 0,
          "a mask");
    check(epoll >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, alarm_clock, &event) == 0, "the making of an epoll");
    check(write(up[1], "", 1) == 1, "a word of the sleeper");
    const int ready = epoll_wait(epoll, &event, 1, -1);
    check(ready == 1, ready == 0 ? "epoll_wait: 0" : strerrorname_np(errno));
    return NULL;
}

// ---- processes
static void expect_end(pid_t pid, int status, const char *what) {
    int got = -1;
    check(pid > 0 && waitpid(pid, &got, 0) == pid && got == status, what);
}

static int exited(int code) {
    return code << 8;
}

static _Noreturn void become_program(void) {
    char *const argv[] = {self, "program", NULL};
    (void)execv(self, argv);
    _exit(127);
}

static void live_in_processes(void) {
    pid_t pid = fork();
    if (pid == 0) {
        mark();
        _exit(OF_FORK);
    }
    expect_end(pid, exited(OF_FORK), "fork");
    pid = vfork();
    if (pid == 0) {
        become_program();
    }
    expect_end(pid, exited(OF_PROGRAM), "vfork");
    pid = (pid_t)syscall(SYS_clone, (unsigned long)CLONE_PTRACE | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        mark();
        _exit(OF_FORK);
    }
    expect_end(pid, exited(OF_FORK), "clone with CLONE_PTRACE");
}

static void *become_program_as_thread(void *unused) {
    (void)unused;
    become_program();
}

static void live_in_programs(void) {
    pid_t pid = fork();
    if (pid == 0) {
        mark();
        become_program();
    }
    expect_end(pid, exited(OF_PROGRAM), "execve");
    pid = fork();
    if (pid == 0) {
        pthread_t thread;
        mark();
        (void)pthread_create(&thread, NULL, become_program_as_thread, NULL);
        for (;;) {
            (void)pause();
        }
    }
    expect_end(pid, exited(OF_PROGRAM), "execve of a thread");
}

// ---- ends
static int lived[2]; // a pipe: what is to die has lived

static void *wait_for_ever(void *unused) {
    check(write(lived[1], "", 1) == 1, "a byte that says it lived");
    for (;;) {
        (void)pause();
    }
    return unused;
}

static void await_lived(void) {
    char nothing;
    check(read(lived[0], &nothing, 1) == 1, "a byte that says it lived");
}

static void end_with_threads(void) {
    pthread_t thread;
    mark();
    (void)pthread_create(&thread, NULL, wait_for_ever, NULL);
    await_lived();
    _exit(OF_FORK);
}

static void die(void) {
    check(pipe(lived) == 0, "a pipe");
    pid_t pid = fork();
    if (pid == 0) {
        end_with_threads();
    }
    expect_end(pid, exited(OF_FORK), "exit_group");
    pid = fork();
    if (pid == 0) {
        (void)wait_for_ever(NULL);
    }
    await_lived();
    check(pid > 0 && kill(pid, SIGKILL) == 0, "kill");
    expect_end(pid, SIGKILL, "SIGKILL");
    pid = fork();
    if (pid == 0) {
        mark();
        (void)raise(SIGSEGV);
    }
    expect_end(pid, SIGSEGV, "SIGSEGV");
}

// ---- signals
static void on_signal(int signal) {
    handled += signal == SIGUSR1 ? 1 : 0;
}

static void stop_and_go_on(void) {
    struct sigaction action = {.sa_handler = on_signal};
    check(sigaction(SIGUSR1, &action, NULL) == 0 && raise(SIGUSR1) == 0 && handled == 1, "a handler");
    const pid_t pid = fork();
    if (pid == 0) {
        (void)raise(SIGSTOP);
        mark();
        _exit(OF_FORK);
    }
    int status = 0;
    check(pid > 0 && waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP,
          "SIGSTOP");
    check(kill(pid, SIGCONT) == 0, "SIGCONT");
    expect_end(pid, exited(OF_FORK), "the end after SIGCONT");
}

static void be_hot(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t until = now.tv_sec * 1000 + now.tv_nsec / 1000000 + HOT_MS;
    while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < until) {
        for (int i = 0; i < 100; i++) {
            (void)syscall(SYS_getuid);
        }
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
    }
}

static bool say(const char *text) {
    char line[8];
    printf("%s\n", text);
    (void)fflush(stdout);
    return read(STDIN_FILENO, line, sizeof line) > 0;
}

static void live(const char *kind) {
    mark();
    if (strcmp(kind, "threads") == 0) {
        live_in_threads();
    } else if (strcmp(kind, "forks") == 0) {
        live_in_processes();
    } else if (strcmp(kind, "execs") == 0) {
        live_in_programs();
    } else if (strcmp(kind, "deaths") == 0) {
        die();
    } else {
        stop_and_go_on();
    }
}

int main(int argc, char **argv) {
    self = argv[0];
    if (argc > 1 && strcmp(argv[1], "program") == 0) {
        mark();
        return OF_PROGRAM;
    }
    const struct rlimit none = {.rlim_cur = 0};
    cpu_set_t before;
    cpu_set_t after;
    pthread_t sleeper;
    alarm_clock = eventfd(0, EFD_CLOEXEC);
    if (argc < 2 || setrlimit(RLIMIT_CORE, &none) != 0 || sched_getaffinity(0, sizeof before, &before) != 0 ||
        pipe(up) != 0 || pthread_create(&sleeper, NULL, sleep_well, NULL) != 0) {
        return 1;
    }
    char nothing;
    if (read(up[0], &nothing, 1) != 1 || !say("ready")) {
        return 1;
    }
    if (argc > 2) {
        be_hot();
    }
    live(argv[1]);
    (void)say(wrong == NULL ? "well" : wrong);
    const uint64_t one = 1;
    check(write(alarm_clock, &one, sizeof one) == sizeof one && pthread_join(sleeper, NULL) == 0, "the sleeper's end");
    check(sched_getaffinity(0, sizeof after, &after) == 0 && CPU_EQUAL(&before, &after), "its CPUs");
    printf("%s\n", wrong == NULL ? "end" : wrong);
    return wrong == NULL ? 0 : 1;
}
