// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Waits for ever, in the way that its argument names. It writes a line directly before it does.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t both_ways = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;

static void ready(void) {
    (void)!write(STDOUT_FILENO, "ready\n", 6);
}

// A child that ends with its parent.
static pid_t child(void) {
    const pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    return pid;
}

static void transfer(pthread_mutex_t *from, pthread_mutex_t *to) {
    (void)pthread_mutex_lock(from);
    (void)pthread_barrier_wait(&barrier);
    (void)pthread_mutex_lock(to);
}

static void *teller_a(void *unused) {
    (void)pthread_setname_np(pthread_self(), "teller-a");
    transfer(&first, &second);
    return unused;
}

static void *teller_b(void *unused) {
    (void)pthread_setname_np(pthread_self(), "teller-b");
    transfer(&second, &first);
    return unused;
}

static void deadlock(void) {
    pthread_t a;
    pthread_t b;
    (void)pthread_barrier_init(&barrier, NULL, 2);
    (void)pthread_create(&a, NULL, teller_a, NULL);
    (void)pthread_create(&b, NULL, teller_b, NULL);
    ready();
    (void)pthread_join(a, NULL);
}

static void *reader(void *unused) {
    (void)pthread_setname_np(pthread_self(), "reader");
    (void)pthread_rwlock_rdlock(&both_ways);
    return unused;
}

static void rwlock(void) {
    pthread_t thread;
    (void)pthread_rwlock_wrlock(&both_ways);
    (void)pthread_create(&thread, NULL, reader, NULL);
    ready();
    (void)pause();
}

static void *leaver(void *unused) {
    (void)pthread_mutex_lock(&first);
    return unused;
}

// Its owner has ended.
static void orphan(void) {
    pthread_t thread;
    (void)pthread_create(&thread, NULL, leaver, NULL);
    (void)pthread_join(thread, NULL);
    ready();
    (void)pthread_mutex_lock(&first);
}

// Its owner was a thread of the parent when this process was forked.
static void forked(void) {
    (void)pthread_mutex_lock(&first);
    if (child() == 0) {
        (void)pthread_mutex_lock(&first);
        _exit(0);
    }
    ready();
    (void)pause();
}

static void *locker(void *mutex) {
    (void)pthread_mutex_lock(mutex);
    return mutex;
}

static void two_locks(void) {
    pthread_t threads[2];
    (void)pthread_mutex_lock(&first);
    (void)pthread_mutex_lock(&second);
    (void)pthread_create(&threads[0], NULL, locker, &first);
    (void)pthread_create(&threads[1], NULL, locker, &second);
    ready();
    (void)pause();
}

static void *poster(void *semaphore) {
    (void)sem_wait(semaphore);
    return semaphore;
}

static void semaphores(void) {
    static sem_t both[2];
    pthread_t threads[2];
    (void)pthread_create(&threads[0], NULL, poster, &both[0]);
    (void)pthread_create(&threads[1], NULL, poster, &both[1]);
    ready();
    (void)pause();
}

static void *worker(void *unused) {
    (void)pthread_mutex_lock(&first);
    (void)pthread_cond_wait(&work, &first);
    return unused;
}

static void pool(void) {
    pthread_t thread;
    for (int i = 0; i < 37; i++) {
        (void)pthread_create(&thread, NULL, worker, NULL);
    }
    ready();
    (void)pause();
}

static void zombie(void) {
    if (child() == 0) {
        _exit(3);
    }
    siginfo_t ended;
    (void)waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT);
    ready();
    (void)pause();
}

static void family(void) {
    if (child() == 0) {
        (void)pause();
    }
    ready();
    (void)wait(NULL);
}

static void vforked(void) {
    ready();
    if (vfork() == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)pause();
        _exit(0);
    }
}

static void silent_writer(void) {
    int ends[2];
    (void)!pipe(ends);
    if (child() == 0) {
        (void)close(ends[0]);
        (void)pause();
    }
    (void)close(ends[1]);
    ready();
    char byte;
    (void)!read(ends[0], &byte, 1);
}

static void locked_file(const char *path) {
    int told[2];
    (void)!pipe(told);
    if (child() == 0) {
        (void)flock(open(path, O_RDWR | O_CREAT, 0600), LOCK_EX);
        (void)!write(told[1], "", 1);
        (void)pause();
    }
    char byte;
    (void)!read(told[0], &byte, 1);
    const int file = open(path, O_RDWR);
    ready();
    (void)flock(file, LOCK_EX);
}

static void polled(void) {
    int ends[2];
    (void)!pipe(ends);
    struct pollfd wanted = {.fd = ends[0], .events = POLLIN};
    ready();
    (void)poll(&wanted, 1, -1);
}

static void epolled(void) {
    int ends[2];
    (void)!pipe(ends);
    const int set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    (void)epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event);
    ready();
    (void)epoll_wait(set, &event, 1, -1);
}

static void unix_peer(void) {
    int ends[2];
    (void)socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    if (child() == 0) {
        (void)close(ends[0]);
        (void)pause();
    }
    (void)close(ends[1]);
    ready();
    char byte;
    (void)!read(ends[0], &byte, 1);
}

// Returns a listening socket of the loopback network, and its address.
static int listening(struct sockaddr_in *address) {
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof *address;
    (void)bind(server, (struct sockaddr *)address, length);
    (void)listen(server, 1);
    (void)getsockname(server, (struct sockaddr *)address, &length);
    return server;
}

static int asked(const struct sockaddr_in *address) {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    (void)connect(client, (const struct sockaddr *)address, sizeof *address);
    return client;
}

// The peer has a request to read, and is stopped.
static void stopped_peer(void) {
    struct sockaddr_in address;
    const int server = listening(&address);
    const pid_t peer = child();
    if (peer == 0) {
        (void)accept(server, NULL, NULL);
        (void)raise(SIGSTOP);
        (void)pause();
    }
    (void)close(server);
    const int client = asked(&address);
    (void)!write(client, "SELECT 1", 8);
    siginfo_t stopped;
    (void)waitid(P_PID, (id_t)peer, &stopped, WSTOPPED | WNOWAIT);
    char answer[100];
    ready();
    (void)!read(client, answer, sizeof answer);
}

static int loopback(bool up) {
    const int any = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request = {.ifr_name = "lo"};
    (void)ioctl(any, SIOCGIFFLAGS, &request);
    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    const int result = ioctl(any, SIOCSIFFLAGS, &request);
    (void)close(any);
    return result;
}

// The network of a namespace of its own goes down: what is sent is not acknowledged any more. It is ready once that was
// sent again.
static int gone_peer(void) {
    if (unshare(CLONE_NEWNET) != 0 || loopback(true) != 0) {
        return 77;
    }
    struct sockaddr_in address;
    const int server = listening(&address);
    const int client = asked(&address);
    (void)accept(server, NULL, NULL);
    (void)loopback(false);
    (void)!write(client, "SELECT 1", 8);
    struct tcp_state {
        unsigned char state, ca_state, retransmits;
    } info = {0};
    while (info.retransmits == 0) {
        socklen_t length = sizeof info;
        (void)getsockopt(client, IPPROTO_TCP, 11, &info, &length); // TCP_INFO
        (void)sched_yield();
    }
    char answer[100];
    ready();
    (void)!read(client, answer, sizeof answer);
    return 0;
}

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "";
    static const struct {
        const char *name;
        void (*wait)(void);
    } WAYS[] = {
        {"deadlock", deadlock}, {"rwlock", rwlock}, {"pool", pool}, {"zombie", zombie},
        {"family", family}, {"vfork", vforked}, {"pipe", silent_writer}, {"poll", polled},
        {"epoll", epolled}, {"unix", unix_peer}, {"stopped-peer", stopped_peer},
        {"orphan", orphan}, {"forked", forked}, {"two-locks", two_locks}, {"semaphores", semaphores},
    };
    for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++) {
        if (strcmp(how, WAYS[i].name) == 0) {
            WAYS[i].wait();
            return 0;
        }
    }
    if (strcmp(how, "gone-peer") == 0) {
        return gone_peer();
    }
    if (strcmp(how, "flock") == 0) {
        locked_file(argv[2]);
    } else {
        ready();
        (void)sleep(100000);
    }
    return 0;
}
