// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Starts itself as a child for each order; the child dies of one that has no price.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct order {
    const char *name;
    const long *price;
};

static long total(const struct order *order) {
    long sum = 0;
    sum += *order->price;
    return sum;
}

static int child(const char *name) {
    static const long price = 42;
    const struct order order = {.name = name, .price = strcmp(name, "4711") == 0 ? NULL : &price};
    printf("%s: %ld\n", order.name, total(&order));
    return 0;
}

static void run(char *program, const char *name) {
    const pid_t pid = fork();
    if (pid == 0) {
        execl(program, program, "--order", name, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, NULL, 0) < 0) {
        exit(1);
    }
}

int main(int count, char **arguments) {
    if (count == 3) {
        return child(arguments[2]);
    }
    for (;;) {
        run(arguments[0], "4710");
        run(arguments[0], "4711");
        usleep(200000);
    }
}
