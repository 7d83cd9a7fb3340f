// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    if (fork() == 0) {
        write(1, "c", 1);
        _exit(0);
    }
    wait(0);
    write(1, "p", 1);
    return 0;
}
