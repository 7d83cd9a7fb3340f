// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Opens files by paths that are hard to read: at the very end of a mapping, of the limit's length, longer, NULL, and
// unmapped.
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LIMIT = 256 };

static void open_it(const char *path) {
    (void)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
}

int main(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || munmap(pages + page, page) != 0) {
        return 1;
    }
    char *end = pages + page - sizeof "/nonexistent/end";
    strcpy(end, "/nonexistent/end");
    open_it(end);
    char path[2 * LIMIT];
    memset(path, 'x', sizeof path);
    path[LIMIT] = '\0';
    open_it(path);
    path[LIMIT] = 'x';
    path[LIMIT + 1] = '\0';
    open_it(path);
    open_it(NULL);
    open_it(pages + page);
    memset(pages, 'y', page); // without a NUL before the end
    open_it(pages + page - 8);
    return 0;
}
