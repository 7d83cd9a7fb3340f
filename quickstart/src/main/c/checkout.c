// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
//
// The quickstart's workload: a web shop's checkout that takes about twenty orders a second, with faults that its system
// calls show: it looks for a feature file that is not there at each order, it asks a payment service that nobody runs,
// and it starts a process for each tenth receipt. Runs until it is killed. Usage: checkout FOLDER, an existing folder
// for its files.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAYMENT_PORT = 1 }; // tcpmux: nobody listens there

static void pause_millis(long millis) {
    struct timespec time = {.tv_sec = millis / 1000, .tv_nsec = millis % 1000 * 1000000};
    while (nanosleep(&time, &time) != 0 && errno == EINTR) {
    }
}

static _Noreturn void fail(const char *what) {
    perror(what);
    exit(1);
}

// Meant to fail: the file is not there.
static int discount_percent(void) {
    int fd = open("/etc/checkout/features.json", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    close(fd);
    return 10;
}

static void read_catalogue(void) {
    char text[256];
    int fd = open("/etc/services", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
    }
    if (fd < 0) {
        fail("checkout: neither /etc/services nor /etc/hosts can be read");
    }
    if (read(fd, text, sizeof text) < 0) {
        fail("checkout: catalogue");
    }
    close(fd);
}

// Meant to fail: the connection is refused.
static int charge(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail("checkout: socket");
    }
    struct sockaddr_in service = {.sin_family = AF_INET, .sin_port = htons(PAYMENT_PORT)};
    service.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int charged = connect(fd, (struct sockaddr *)&service, sizeof service);
    close(fd);
    return charged;
}

static void store_order(const char *folder, unsigned number, int discount) {
    char order[512], done[512], text[128];
    int length = snprintf(order, sizeof order, "%s/order-%u.tmp", folder, number);
    int length_done = snprintf(done, sizeof done, "%s/order.json", folder);
    if (length < 0 || length >= (int)sizeof order || length_done < 0 || length_done >= (int)sizeof done) {
        fprintf(stderr, "checkout: the folder's name is too long: %s\n", folder);
        exit(1);
    }
    int size = snprintf(text, sizeof text, "{\"order\":%u,\"discount\":%d}\n", number, discount);
    int fd = open(order, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        fail(order);
    }
    if (write(fd, text, (size_t)size) != size) {
        fail(order);
    }
    close(fd);
    if (rename(order, done) != 0) {
        fail(done);
    }
}

static void print_receipt(void) {
    pid_t child = fork();
    if (child < 0) {
        fail("checkout: fork");
    }
    if (child == 0) {
        char *const argv[] = {"receipt", NULL};
        execv("/bin/true", argv);
        execv("/usr/bin/true", argv);
        _exit(127);
    }
    if (waitpid(child, NULL, 0) < 0) {
        fail("checkout: waitpid");
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: checkout FOLDER\n");
        return 2;
    }
    // Ctrl-C reaches the whole foreground group, and whoever started this program ends it.
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    for (unsigned number = 1;; number++) {
        int discount = discount_percent();
        read_catalogue();
        if (charge() != 0) {
            pause_millis(5); // and go on: the demonstration's payments are on the house
        }
        store_order(argv[1], number, discount);
        if (number % 10 == 0) {
            print_receipt();
        }
        pause_millis(45);
    }
}
