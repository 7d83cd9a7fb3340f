// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Prints a report, and is slow now and then. Which call it waits in, and where, is what a trace tells.
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static int printer[2];

static void ask_the_printer(void) {
    struct pollfd answer = {.fd = printer[0], .events = POLLIN};
    (void)poll(&answer, 1, 300); // it never answers, and nobody told us that it has been switched off
}

static void print_page(int page) {
    printf("page %d\n", page);
    fflush(stdout);
}

int main(void) {
    if (pipe(printer) != 0) {
        return 1;
    }
    for (int page = 1; page <= 3; page++) {
        print_page(page);
    }
    ask_the_printer();
    return 0;
}
