// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes one call that blocks, again and again, and tells how each ended.
//
//   blocking list            name, number and flags of each row, one a line
//   blocking NAME MS         blocks in it; MS is the timeout of a timed row
//
// Says "subject PID" (or "unavailable WHY"), then for each call "ended RESULT ERRNO MICROSECONDS DATA". A handler of
// SIGUSR1 (without SA_RESTART) or SIGUSR2 (with it) says "handled". A "w" on its input lets the call end, a "q" or the
// end of its input ends the program.
#define _GNU_SOURCE
#include <ctype.h>
#include <stdint.h>

#include "blocking/files.h"
#include "blocking/old_calls.h"
#include "blocking/processes.h"
#include "blocking/queues.h"
#include "blocking/sockets.h"

static const struct row ROWS[] = {OLD_CALLS WAITS, FILES, SOCKETS, PROCESSES, QUEUES};
enum { ROW_COUNT = sizeof ROWS / sizeof ROWS[0] };

// Pipes between the two processes: the subject asks for the next call's ground, the companion says it is laid.
static int asked[2];
static int laid[2];

static void say_handled(int signal) {
    const int error = errno;
    if (signal != SIGURG) {
        (void)!write(STDOUT_FILENO, "handled\n", 8);
    }
    errno = error;
}

static void handle(int signal, int flags) {
    struct sigaction action = {.sa_handler = say_handled, .sa_flags = flags};
    (void)sigaction(signal, &action, NULL);
}

static long now_us(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void tell(long result, int error, long us, const char *data) {
    char line[512];
    int length =
        snprintf(line, sizeof line, "ended %ld %s %ld ", result, result < 0 ? strerrorname_np(error) : "-", us);
    for (; *data != '\0'; data++) {
        line[length++] = isprint((unsigned char)*data) ? *data : '.';
    }
    line[length++] = '\n';
    (void)!write(STDOUT_FILENO, line, (size_t)length);
}

static _Noreturn void be_subject(const struct row *row) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    handle(SIGUSR1, 0);
    handle(SIGUSR2, SA_RESTART);
    handle(SIGURG, 0);
    printf("subject %d\n", (int)getpid());
    fflush(stdout);
    common->subject = getpid();
    for (;;) {
        char data[DATA_SIZE] = "";
        char byte = 'a';
        (void)!write(asked[1], &byte, 1);
        struct iovec part = {.iov_base = &byte, .iov_len = 1};
        // A call that no row makes: whoever looks sees that this is not it.
        while (preadv2(laid[0], &part, 1, -1, 0) < 0) {
        }
        if (row->before != NULL) {
            row->before();
        }
        const long began = now_us();
        const long result = row->call(data);
        const int error = errno;
        tell(result, error, now_us() - began, data);
    }
}

static void lay_ground(const struct row *row) {
    char byte;
    (void)!read(asked[0], &byte, 1);
    if (row->arm != NULL) {
        row->arm();
    }
    (void)!write(laid[1], &byte, 1);
}

// Returns false at the end of input.
static bool obey(const struct row *row) {
    char letter; // the first of each line tells it
    if (read(STDIN_FILENO, &letter, 1) <= 0 || letter == 'q') {
        return false;
    }
    if (letter == 'w' && row->wake != NULL) {
        row->wake();
    }
    return true;
}

static void be_companion(const struct row *row) {
    for (;;) {
        struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = asked[0], .events = POLLIN}};
        if (poll(fds, 2, -1) <= 0) {
            continue;
        }
        if (fds[0].revents != 0 && !obey(row)) {
            return;
        }
        if ((fds[1].revents & POLLIN) != 0) {
            lay_ground(row);
        }
    }
}

// Of the companion alone: the subject and its children are killed.
static void clean_up(void) {
    static const char *const FILES_LEFT[] = {"watched", "locked", "fifo", "sent"};
    char path[128];
    for (size_t i = 0; i < sizeof FILES_LEFT / sizeof FILES_LEFT[0]; i++) {
        in_folder(path, FILES_LEFT[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    remove_queues();
}

static int run(const struct row *row) {
    (void)snprintf(folder, sizeof folder, "/tmp/blocking-XXXXXX");
    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (common == MAP_FAILED || mkdtemp(folder) == NULL || atexit(clean_up) != 0 || pipe(asked) != 0 ||
        pipe(laid) != 0) {
        return 2;
    }
    if (row->once != NULL) {
        row->once();
    }
    const pid_t subject = fork();
    if (subject == 0) {
        be_subject(row);
    }
    be_companion(row);
    (void)kill(subject, SIGKILL);
    (void)waitpid(subject, NULL, 0);
    return 0;
}

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 2 && i < ROW_COUNT; i++) {
        printf("%ld %u %s\n", ROWS[i].nr, ROWS[i].flags, ROWS[i].name);
    }
    for (size_t i = 0; argc == 3 && i < ROW_COUNT; i++) {
        if (strcmp(ROWS[i].name, argv[1]) == 0) {
            timeout_ms = strtol(argv[2], NULL, 10);
            return run(&ROWS[i]);
        }
    }
    return argc == 2 ? 0 : 2;
}
