// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Included before each source of the engine in a build for one test: every place where it makes a system call, or asks
// for memory, can be made to fail. Each place is a site of its own; the sites of the program lie in one section, so all
// are known, reached or not.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define on_exit engine_on_exit // of call.c; stdlib.h declares another

#include "site.h"

#define INJECTED_SITE(name, kind_)                                                                                     \
    static const struct injected_site injected_here __attribute__((section("injected_sites"), used)) = {               \
        __FILE__, name, __LINE__, kind_}

#define INJECTED(type, name, kind, failure, call)                                                                      \
    ({                                                                                                                 \
        INJECTED_SITE(name, kind);                                                                                     \
        injected_fails(&injected_here) ? (type)(failure) : (type)(call);                                               \
    })
#define INJECTED_RELEASE(name, call)                                                                                   \
    ({                                                                                                                 \
        INJECTED_SITE(name, INJECTED_FREE);                                                                            \
        const int injected_result = (call);                                                                            \
        injected_fails(&injected_here) ? -1 : injected_result;                                                         \
    })
// Of functions that return an errno value.
#define INJECTED_ERROR(name, call)                                                                                     \
    ({                                                                                                                 \
        INJECTED_SITE(name, INJECTED_CALL);                                                                            \
        injected_fails(&injected_here) ? errno : (call);                                                               \
    })
// These never fail, whoever asks.
#define INJECTED_IS_CERTAIN(number) ((number) == SYS_gettid || (number) == SYS_getppid)

#define access(...) INJECTED(int, "access", INJECTED_CALL, -1, access(__VA_ARGS__))
#define execve(...) INJECTED(int, "execve", INJECTED_CALL, -1, execve(__VA_ARGS__))
#define fork() INJECTED(pid_t, "fork", INJECTED_CALL, -1, fork())
#define fstat(...) INJECTED(int, "fstat", INJECTED_CALL, -1, fstat(__VA_ARGS__))
#define ftruncate(...) INJECTED(int, "ftruncate", INJECTED_CALL, -1, ftruncate(__VA_ARGS__))
#define getrlimit(...) INJECTED(int, "getrlimit", INJECTED_CALL, -1, getrlimit(__VA_ARGS__))
#define kill(...) INJECTED(int, "kill", INJECTED_CALL, -1, kill(__VA_ARGS__))
#define linkat(...) INJECTED(int, "linkat", INJECTED_CALL, -1, linkat(__VA_ARGS__))
#define mmap(...) INJECTED(void *, "mmap", INJECTED_CALL, MAP_FAILED, mmap(__VA_ARGS__))
#define nanosleep(...) INJECTED(int, "nanosleep", INJECTED_CALL, -1, nanosleep(__VA_ARGS__))
#define open(...) INJECTED(int, "open", INJECTED_CALL, -1, open(__VA_ARGS__))
#define opendir(...) INJECTED(DIR *, "opendir", INJECTED_CALL, NULL, opendir(__VA_ARGS__))
#define pipe2(...) INJECTED(int, "pipe2", INJECTED_CALL, -1, pipe2(__VA_ARGS__))
#define prctl(...) INJECTED(int, "prctl", INJECTED_CALL, -1, prctl(__VA_ARGS__))
#define pread(...) INJECTED(ssize_t, "pread", INJECTED_CALL, -1, pread(__VA_ARGS__))
#define process_vm_readv(...) INJECTED(ssize_t, "process_vm_readv", INJECTED_CALL, -1, process_vm_readv(__VA_ARGS__))
#define process_vm_writev(...) INJECTED(ssize_t, "process_vm_writev", INJECTED_CALL, -1, process_vm_writev(__VA_ARGS__))
#define ptrace(request, ...)                                                                                           \
    ({                                                                                                                 \
        INJECTED_SITE("ptrace", INJECTED_CALL);                                                                        \
        injected_request_fails(&injected_here, request) ? -1 : ptrace(request, __VA_ARGS__);                           \
    })
#define read(...) INJECTED(ssize_t, "read", INJECTED_CALL, -1, read(__VA_ARGS__))
#define readdir(...) INJECTED(struct dirent *, "readdir", INJECTED_CALL, NULL, readdir(__VA_ARGS__))
#define readlink(...) INJECTED(ssize_t, "readlink", INJECTED_CALL, -1, readlink(__VA_ARGS__))
#define sched_getaffinity(...) INJECTED(int, "sched_getaffinity", INJECTED_CALL, -1, sched_getaffinity(__VA_ARGS__))
#define sched_setaffinity(...) INJECTED(int, "sched_setaffinity", INJECTED_CALL, -1, sched_setaffinity(__VA_ARGS__))
#define setrlimit(...) INJECTED(int, "setrlimit", INJECTED_CALL, -1, setrlimit(__VA_ARGS__))
#define sigaction(...) INJECTED(int, "sigaction", INJECTED_CALL, -1, sigaction(__VA_ARGS__))
#define stat(...) INJECTED(int, "stat", INJECTED_CALL, -1, stat(__VA_ARGS__))
#define syscall(number, ...)                                                                                           \
    (INJECTED_IS_CERTAIN(number) ? syscall(number, ##__VA_ARGS__)                                                      \
                                 : INJECTED(long, "syscall", INJECTED_CALL, -1, syscall(number, ##__VA_ARGS__)))
#define timer_create(...) INJECTED(int, "timer_create", INJECTED_CALL, -1, timer_create(__VA_ARGS__))
#define timer_settime(...) INJECTED(int, "timer_settime", INJECTED_CALL, -1, timer_settime(__VA_ARGS__))
#define unlink(...) INJECTED(int, "unlink", INJECTED_CALL, -1, unlink(__VA_ARGS__))
#define waitid(...) INJECTED(int, "waitid", INJECTED_CALL, -1, waitid(__VA_ARGS__))
#define waitpid(...) INJECTED(pid_t, "waitpid", INJECTED_CALL, -1, waitpid(__VA_ARGS__))
#define write(...) INJECTED(ssize_t, "write", INJECTED_CALL, -1, write(__VA_ARGS__))

#define calloc(...) INJECTED(void *, "calloc", INJECTED_MEMORY, NULL, calloc(__VA_ARGS__))
#define malloc(...) INJECTED(void *, "malloc", INJECTED_MEMORY, NULL, malloc(__VA_ARGS__))
#define realloc(...) INJECTED(void *, "realloc", INJECTED_MEMORY, NULL, realloc(__VA_ARGS__))
#define strdup(...) INJECTED(char *, "strdup", INJECTED_MEMORY, NULL, strdup(__VA_ARGS__))

#define close(...) INJECTED_RELEASE("close", close(__VA_ARGS__))
#define closedir(...) INJECTED_RELEASE("closedir", closedir(__VA_ARGS__))
#define munmap(...) INJECTED_RELEASE("munmap", munmap(__VA_ARGS__))
#define timer_delete(...) INJECTED_RELEASE("timer_delete", timer_delete(__VA_ARGS__))

#define pthread_create(...) INJECTED_ERROR("pthread_create", pthread_create(__VA_ARGS__))
#define pthread_sigmask(...) INJECTED_ERROR("pthread_sigmask", pthread_sigmask(__VA_ARGS__))
