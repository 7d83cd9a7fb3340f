// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes calls whose structs are filled from a seed, and then writes to standard output what they were, in strace's
// notation: the truth that a trace of it is compared with. No call can have an effect: descriptors are not open,
// processes and paths do not exist, values are refused.
//   random_structs SEED ROUNDS
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { NO_FD = 900000, NO_PID = 0x3ffffff0, SHOWN = 32 };

static uint64_t state;
static char *text;
static size_t text_length;
static FILE *truth;

// splitmix64
static uint64_t any(void) {
    uint64_t z = state += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

static unsigned below(unsigned bound) {
    return (unsigned)(any() % bound);
}

// Often small, sometimes at the edges of its width.
static int64_t number(void) {
    static const int64_t edges[] = {0, 1, -1, INT32_MAX, INT32_MIN, UINT32_MAX, INT64_MAX, INT64_MIN};
    switch (below(4)) {
    case 0:
        return edges[below(sizeof edges / sizeof *edges)];
    case 1:
        return (int64_t)any();
    default:
        return below(100000);
    }
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(truth, format, arguments);
    va_end(arguments);
}

static void failed(long result) {
    if (result != -1) {
        say(" = %ld\n", result);
    } else {
        say(" = -1 %s (%s)\n", strerrorname_np(errno), strerrordesc_np(errno));
    }
}

// ---- names

struct name {
    uint64_t value;
    const char *text;
};
#define NAME(constant) {(uint64_t)(constant), #constant}

// Some of the flags, which stand in the order in which they are written. Says "0" if there is none.
static uint64_t flags(const struct name *names, size_t count, char *out) {
    uint64_t value = 0;
    *out = '\0';
    for (size_t i = 0; i < count; i++) {
        if (below(2) == 0) {
            value |= names[i].value;
            strcat(strcat(out, *out == '\0' ? "" : "|"), names[i].text);
        }
    }
    if (*out == '\0') {
        strcpy(out, "0");
    }
    return value;
}
#define FLAGS(names, out) flags(names, sizeof(names) / sizeof *(names), out)

// ---- bytes

static size_t fill(unsigned char *bytes, size_t most, bool is_string) {
    const size_t length = below((unsigned)most + 1);
    const bool printable = below(2) == 0;
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (unsigned char)(printable ? ' ' + below(95) : below(256));
        if (is_string && bytes[i] == '\0') {
            bytes[i] = 'z';
        }
    }
    return length;
}

// Octal with as few digits as do not run into an octal digit behind it.
static void say_bytes(const unsigned char *bytes, size_t length, size_t most) {
    const size_t shown = length < most ? length : most;
    say("\"");
    for (size_t i = 0; i < shown; i++) {
        const unsigned char c = bytes[i];
        const char *at = c == '\0' ? NULL : strchr("\t\n\v\f\r\"\\", c);
        if (at != NULL) {
            say("\\%c", "tnvfr\"\\"[at - "\t\n\v\f\r\"\\"]);
        } else if (c >= ' ' && c <= '~') {
            say("%c", c);
        } else if (i + 1 < shown && bytes[i + 1] >= '0' && bytes[i + 1] <= '7') {
            say("\\%03o", c);
        } else {
            say("\\%o", c);
        }
    }
    say("\"%s", length > shown ? "..." : "");
}

static void path_call(void) {
    unsigned char path[300] = "/nonexistent/";
    const size_t length = 13 + fill(path + 13, 200, true);
    const long result = syscall(SYS_chdir, path);
    say("chdir(");
    say_bytes(path, length, SIZE_MAX);
    say(")");
    failed(result);
}

static void write_call(void) {
    unsigned char bytes[64];
    const size_t length = fill(bytes, sizeof bytes, false);
    const int64_t offset = number();
    const long result = syscall(SYS_pwrite64, NO_FD, bytes, length, offset);
    say("pwrite64(%d, ", NO_FD);
    say_bytes(bytes, length, SHOWN);
    say(", %zu, %jd)", length, (intmax_t)offset);
    failed(result);
}

// ---- sockets

struct address {
    union {
        struct sockaddr head;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
    };
    socklen_t length;
};

static struct address any_address(void) {
    struct address address = {0};
    switch (below(3)) {
    case 0:
        address.in = (struct sockaddr_in){AF_INET, (in_port_t)any(), {(in_addr_t)any()}, {0}};
        address.length = sizeof address.in;
        break;
    case 1:
        address.in6 = (struct sockaddr_in6){.sin6_family = AF_INET6,
                                            .sin6_port = (in_port_t)any(),
                                            .sin6_flowinfo = (uint32_t)any(),
                                            .sin6_scope_id = (uint32_t)any()};
        for (size_t i = 0; i < 16; i++) {
            address.in6.sin6_addr.s6_addr[i] = below(3) == 0 ? (uint8_t)any() : 0;
        }
        address.length = sizeof address.in6;
        break;
    default:
        address.un.sun_family = AF_UNIX;
        address.un.sun_path[0] = '/';
        address.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 2 +
                                     fill((unsigned char *)address.un.sun_path + 1, 60, true));
        break;
    }
    return address;
}

static void say_address(const struct address *address) {
    char buffer[INET6_ADDRSTRLEN];
    switch (address->head.sa_family) {
    case AF_INET:
        say("{sa_family=AF_INET, sin_port=htons(%u), sin_addr=inet_addr(\"%s\")}", ntohs(address->in.sin_port),
            inet_ntop(AF_INET, &address->in.sin_addr, buffer, sizeof buffer));
        break;
    case AF_INET6:
        say("{sa_family=AF_INET6, sin6_port=htons(%u), sin6_flowinfo=htonl(%u)", ntohs(address->in6.sin6_port),
            ntohl(address->in6.sin6_flowinfo));
        say(", inet_pton(AF_INET6, \"%s\", &sin6_addr)",
            inet_ntop(AF_INET6, &address->in6.sin6_addr, buffer, sizeof buffer));
        say(", sin6_scope_id=%u}", address->in6.sin6_scope_id);
        break;
    default:
        say("{sa_family=AF_UNIX, sun_path=");
        say_bytes((const unsigned char *)address->un.sun_path, strlen(address->un.sun_path), SIZE_MAX);
        say("}");
        break;
    }
}

static void connect_call(void) {
    const struct address address = any_address();
    const long result = syscall(SYS_connect, NO_FD, &address, address.length);
    say("connect(%d, ", NO_FD);
    say_address(&address);
    say(", %u)", address.length);
    failed(result);
}

struct buffers {
    unsigned char bytes[4][40];
    struct iovec vector[4];
    size_t count;
};

static void any_buffers(struct buffers *buffers) {
    buffers->count = below(4) + 1;
    for (size_t i = 0; i < buffers->count; i++) {
        const size_t length = fill(buffers->bytes[i], sizeof buffers->bytes[i], false);
        buffers->vector[i] = (struct iovec){buffers->bytes[i], length};
    }
}

static void say_buffers(const struct buffers *buffers) {
    say("[");
    for (size_t i = 0; i < buffers->count; i++) {
        say("%s{iov_base=", i == 0 ? "" : ", ");
        say_bytes(buffers->bytes[i], buffers->vector[i].iov_len, SHOWN);
        say(", iov_len=%zu}", buffers->vector[i].iov_len);
    }
    say("]");
}

static void writev_call(void) {
    struct buffers buffers;
    any_buffers(&buffers);
    const long result = syscall(SYS_writev, NO_FD, buffers.vector, buffers.count);
    say("writev(%d, ", NO_FD);
    say_buffers(&buffers);
    say(", %zu)", buffers.count);
    failed(result);
}

static void sendmsg_call(void) {
    static const struct name names[] = {NAME(MSG_DONTROUTE), NAME(MSG_DONTWAIT), NAME(MSG_NOSIGNAL)};
    char flag_text[100];
    struct buffers buffers;
    any_buffers(&buffers);
    struct address name = any_address();
    union {
        struct cmsghdr header;
        unsigned char room[CMSG_SPACE(4 * sizeof(int))];
    } control = {0};
    const size_t rights = below(4) + 1;
    int passed[4];
    for (size_t i = 0; i < rights; i++) {
        passed[i] = (int)below(1000);
    }
    control.header = (struct cmsghdr){CMSG_LEN(rights * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), passed, rights * sizeof(int));
    const struct msghdr message = {&name,        name.length, buffers.vector, buffers.count,
                                   &control, CMSG_LEN(rights * sizeof(int)), 0};
    const uint64_t how = FLAGS(names, flag_text);
    const long result = syscall(SYS_sendmsg, NO_FD, &message, how);
    say("sendmsg(%d, {msg_name=", NO_FD);
    say_address(&name);
    say(", msg_namelen=%u, msg_iov=", name.length);
    say_buffers(&buffers);
    say(", msg_iovlen=%zu, msg_control=[{cmsg_len=%zu, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[",
        buffers.count, message.msg_controllen);
    for (size_t i = 0; i < rights; i++) {
        say("%s%d", i == 0 ? "" : ", ", passed[i]);
    }
    say("]}], msg_controllen=%zu, msg_flags=0}, %s)", message.msg_controllen, flag_text);
    failed(result);
}

static void linger_call(void) {
    const struct linger linger = {(int)number(), (int)number()};
    const long result = syscall(SYS_setsockopt, NO_FD, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    say("setsockopt(%d, SOL_SOCKET, SO_LINGER, {l_onoff=%d, l_linger=%d}, %zu)", NO_FD, linger.l_onoff,
        linger.l_linger, sizeof linger);
    failed(result);
}

// ---- times and limits

static void nanosleep_call(void) {
    const struct timespec time = {number(), below(2) == 0 ? -1 - (long)below(1000) : 1000000000 + (long)below(1000)};
    const long result = syscall(SYS_nanosleep, &time, NULL);
    say("nanosleep({tv_sec=%ld, tv_nsec=%lu}, NULL)", time.tv_sec, time.tv_nsec);
    failed(result);
}

static void itimer_call(void) {
    const struct itimerval timer = {{number(), number()}, {number(), 1000000 + below(1000)}};
    const long result = syscall(SYS_setitimer, ITIMER_VIRTUAL, &timer, NULL);
    say("setitimer(ITIMER_VIRTUAL, {it_interval={tv_sec=%ld, tv_usec=%lu}, it_value={tv_sec=%ld, tv_usec=%lu}}, NULL)",
        timer.it_interval.tv_sec, timer.it_interval.tv_usec, timer.it_value.tv_sec, timer.it_value.tv_usec);
    failed(result);
}

static void say_limit(uint64_t limit) {
    if (limit == UINT64_MAX) {
        say("RLIM64_INFINITY");
    } else if (limit > 1024 && limit % 1024 == 0) {
        say("%ju*1024", (uintmax_t)limit / 1024);
    } else {
        say("%ju", (uintmax_t)limit);
    }
}

static void limit_call(void) {
    static const struct name names[] = {NAME(RLIMIT_CPU), NAME(RLIMIT_NOFILE), NAME(RLIMIT_STACK), NAME(RLIMIT_AS)};
    const struct name *which = &names[below(4)];
    const uint64_t limit[2] = {(uint64_t)number() << below(11), (uint64_t)number() << below(11)};
    const long result = syscall(SYS_prlimit64, NO_PID, which->value, limit, NULL);
    say("prlimit64(%d, %s, {rlim_cur=", NO_PID, which->text);
    say_limit(limit[0]);
    say(", rlim_max=");
    say_limit(limit[1]);
    say("}, NULL)");
    failed(result);
}

static void timer_call(void) {
    static const struct name names[] = {NAME(SIGUSR1), NAME(SIGALRM), NAME(SIGTERM), NAME(SIGIO)};
    const struct name *signal = &names[below(4)];
    struct sigevent event = {0};
    event.sigev_value.sival_ptr = (void *)(uintptr_t)(any() | 1);
    event.sigev_signo = (int)signal->value;
    event.sigev_notify = SIGEV_SIGNAL;
    int timer = 0;
    const long result = syscall(SYS_timer_create, 1000, &event, &timer);
    say("timer_create(0x3e8 /* CLOCK_??? */, {sigev_value={sival_int=%d, sival_ptr=%p}, sigev_signo=%s, ",
        event.sigev_value.sival_int, event.sigev_value.sival_ptr, signal->text);
    say("sigev_notify=SIGEV_SIGNAL}, %p)", (void *)&timer);
    failed(result);
}

// ---- waiting

static void poll_call(void) {
    static const struct name names[] = {NAME(POLLIN), NAME(POLLPRI), NAME(POLLOUT), NAME(POLLRDNORM), NAME(POLLRDBAND)};
    struct pollfd polled[6];
    const unsigned count = below(6) + 1;
    char event_text[6][100];
    for (unsigned i = 0; i < count; i++) {
        const int fd = below(2) == 0 ? -(int)below(1000) - 1 : NO_FD + (int)i;
        polled[i] = (struct pollfd){fd, (short)FLAGS(names, event_text[i]), 0};
    }
    const long result = syscall(SYS_poll, polled, count, 0);
    say("poll([");
    for (unsigned i = 0; i < count; i++) {
        say("%s{fd=%d", i == 0 ? "" : ", ", polled[i].fd);
        if (polled[i].fd >= 0) { // the kernel ignores the others
            say(", events=%s", event_text[i]);
        }
        say("}");
    }
    say("], %u, 0) = %ld", count, result);
    for (unsigned i = 0, told = 0; i < count; i++) {
        if (polled[i].revents != 0) { // POLLNVAL alone: they are not open
            say("%s{fd=%d, revents=POLLNVAL}", told++ == 0 ? " ([" : ", ", polled[i].fd);
        }
    }
    say(result == 0 ? " (Timeout)\n" : "])\n");
}

static void epoll_call(void) {
    static const struct name names[] = {NAME(EPOLLIN), NAME(EPOLLPRI), NAME(EPOLLOUT), NAME(EPOLLRDHUP),
                                        NAME(EPOLLONESHOT), {EPOLLET, "EPOLLET"}};
    static const struct name commands[] = {NAME(EPOLL_CTL_ADD), NAME(EPOLL_CTL_MOD)};
    const struct name *command = &commands[below(2)];
    char event_text[100];
    struct epoll_event event = {(uint32_t)FLAGS(names, event_text), {.u64 = (uint64_t)number()}};
    const long result = syscall(SYS_epoll_ctl, NO_FD, command->value, NO_FD + 1, &event);
    say("epoll_ctl(%d, %s, %d, {events=%s, data={u32=%u, u64=%ju}})", NO_FD, command->text, NO_FD + 1, event_text,
        event.data.u32, (uintmax_t)event.data.u64);
    failed(result);
}

static void select_call(void) {
    fd_set sets[2];
    const struct timeval given = {0, below(1000)};
    struct timeval left = given; // the kernel writes into it
    const int last = 100 + (int)below(200);
    char written[2][2000] = {"", ""};
    for (size_t i = 0; i < 2; i++) {
        FD_ZERO(&sets[i]);
        for (int fd = 100; fd <= last; fd++) {
            if (below(8) == 0 || fd == last) {
                FD_SET(fd, &sets[i]);
                sprintf(written[i] + strlen(written[i]), "%s%d", *written[i] == '\0' ? "" : " ", fd);
            }
        }
    }
    const long result = syscall(SYS_select, last + 1, &sets[0], &sets[1], NULL, &left);
    say("select(%d, [%s], [%s], NULL, {tv_sec=%ld, tv_usec=%ld})", last + 1, written[0], written[1], given.tv_sec,
        given.tv_usec);
    if (result == 0) { // none of them can be open, by the size of the process's table
        say(" = 0 (Timeout)\n");
    } else {
        failed(result);
    }
}

// ---- files

static void lock_call(void) {
    static const struct name types[] = {NAME(F_RDLCK), NAME(F_WRLCK), NAME(F_UNLCK)};
    static const struct name places[] = {NAME(SEEK_SET), NAME(SEEK_CUR), NAME(SEEK_END)};
    const struct name *type = &types[below(3)];
    const struct name *place = &places[below(3)];
    const struct flock lock = {(short)type->value, (short)place->value, number(), number(), 0};
    const long result = syscall(SYS_fcntl, NO_FD, F_SETLK, &lock);
    say("fcntl(%d, F_SETLK, {l_type=%s, l_whence=%s, l_start=%jd, l_len=%jd})", NO_FD, type->text, place->text,
        (intmax_t)lock.l_start, (intmax_t)lock.l_len);
    failed(result);
}

static void openat2_call(void) {
    static const struct name opened[] = {NAME(O_APPEND), NAME(O_NONBLOCK), NAME(O_NOFOLLOW), NAME(O_CLOEXEC)};
    static const struct name resolved[] = {NAME(RESOLVE_NO_XDEV), NAME(RESOLVE_NO_MAGICLINKS),
                                           NAME(RESOLVE_NO_SYMLINKS), NAME(RESOLVE_BENEATH), NAME(RESOLVE_IN_ROOT)};
    char open_text[200];
    char resolve_text[200];
    const struct open_how how = {.flags = O_WRONLY | O_CREAT | FLAGS(opened, open_text),
                                 .mode = below(0777) + 1,
                                 .resolve = FLAGS(resolved, resolve_text)};
    const long result = syscall(SYS_openat2, NO_FD, "no", &how, sizeof how);
    say("openat2(%d, \"no\", {flags=O_WRONLY|O_CREAT%s%s, mode=%#03llo, resolve=%s}, %zu)", NO_FD,
        strcmp(open_text, "0") == 0 ? "" : "|", strcmp(open_text, "0") == 0 ? "" : open_text, how.mode,
        resolve_text, sizeof how);
    failed(result);
}

static void semaphore_call(void) {
    static const struct name names[] = {NAME(SEM_UNDO), NAME(IPC_NOWAIT)};
    struct sembuf operations[5];
    char flag_text[5][100];
    const unsigned count = below(5) + 1;
    for (unsigned i = 0; i < count; i++) {
        operations[i] =
            (struct sembuf){(unsigned short)any(), (short)any(), (short)FLAGS(names, flag_text[i])};
    }
    const long result = syscall(SYS_semop, -5, operations, count);
    say("semop(-5, [");
    for (unsigned i = 0; i < count; i++) {
        say("%s{sem_num=%u, sem_op=%d, sem_flg=%s}", i == 0 ? "" : ", ", operations[i].sem_num, operations[i].sem_op,
            flag_text[i]);
    }
    say("], %u)", count);
    failed(result);
}

static void exec_call(void) {
    unsigned char strings[6][40];
    char *argv[7] = {0};
    char *environment[5] = {0};
    const unsigned count = below(6) + 1;
    for (unsigned i = 0; i < count; i++) {
        strings[i][fill(strings[i], sizeof strings[i] - 1, true)] = '\0';
        argv[i] = (char *)strings[i];
    }
    const unsigned variables = below(4);
    for (unsigned i = 0; i < variables; i++) {
        environment[i] = "A=1";
    }
    const long result = syscall(SYS_execve, "/nonexistent/program", argv, environment);
    say("execve(\"/nonexistent/program\", [");
    for (unsigned i = 0; i < count; i++) {
        say("%s", i == 0 ? "" : ", ");
        say_bytes(strings[i], strlen(argv[i]), SHOWN);
    }
    say("], %p /* %u var%s */)", (void *)environment, variables, variables == 1 ? "" : "s");
    failed(result);
}

static void (*const calls[])(void) = {
    path_call,  write_call,   connect_call, writev_call,    sendmsg_call, linger_call,
    itimer_call, nanosleep_call, limit_call, timer_call,    poll_call,    epoll_call,
    select_call, lock_call,   openat2_call, semaphore_call, exec_call,
};

int main(int argc, char **argv) {
    truth = open_memstream(&text, &text_length);
    if (argc != 3 || truth == NULL) {
        fprintf(stderr, "usage: random_structs SEED ROUNDS\n");
        return 2;
    }
    state = strtoull(argv[1], NULL, 10);
    for (long rounds = strtol(argv[2], NULL, 10); rounds > 0; rounds--) {
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
            calls[i]();
        }
    }
    if (fclose(truth) != 0 || fwrite(text, 1, text_length, stdout) != text_length || fflush(stdout) != 0) {
        perror("random_structs");
        return 1;
    }
    free(text);
    return 0;
}
