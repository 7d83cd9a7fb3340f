// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
// A program whose calls are known: serve() reads a file and misses another, 50 times; save() writes 20 times and syncs;
// at last a sleep is much longer than those before it.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 50
#define WRITES 20
#define LONG_SLEEP 300000000L

__attribute__((noinline)) static void pause_for(long nanos) {
    const struct timespec time = {.tv_nsec = nanos};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

__attribute__((noinline)) static long load(const char *path) {
    char bytes[64];
    const int file = open(path, O_RDONLY);
    if (file < 0) {
        return 0;
    }
    const long count = read(file, bytes, sizeof bytes);
    close(file);
    return count;
}

__attribute__((noinline)) static long serve(void) {
    long count = 0;
    for (int i = 0; i < ROUNDS; i++) {
        count += load("/etc/hosts");
        count += load("/nonexistent");
        pause_for(1000);
    }
    return count;
}

__attribute__((noinline)) static void save(int file) {
    for (int i = 0; i < WRITES; i++) {
        if (write(file, "text\n", 5) != 5) {
            _exit(1);
        }
    }
    fdatasync(file);
}

int main(int count, char **arguments) {
    const int file = open(arguments[count - 1], O_CREAT | O_TRUNC | O_WRONLY, 0600);
    const long read = serve();
    save(file);
    pause_for(LONG_SLEEP);
    return read > 0 ? 0 : 1;
}
