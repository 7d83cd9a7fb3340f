// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "launch_environment.h"

#include <stdlib.h>
#include <string.h>

// Kept from the program's own: what describes the user's terminal, and the time zone.
static const char *const shared[] = {"TERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "TZ"};
// Names and texts are decoded the same way whatever the program's locale is; glibc's arena for each thread would take
// 64 MiB of addresses.
static char *const fixed[] = {"LC_ALL=C.UTF-8", "MALLOC_ARENA_MAX=2"};

enum {
    SHARED = sizeof shared / sizeof shared[0],
    FIXED = sizeof fixed / sizeof fixed[0],
    HIDING = 0x80, // what differs in the first byte
};

size_t rc_entries(char *const *environment) {
    size_t count = 0;
    while (environment[count] != NULL) {
        count++;
    }
    return count;
}

// Its own inverse. An entry may be empty; a byte that would become the string's end is left as it is: no name in use
// contains it.
static void flip(char *entry) {
    if (*entry != '\0' && (unsigned char)*entry != HIDING) {
        *entry = (char)((unsigned char)*entry ^ HIDING);
    }
}

static char *copy_of_variable(char *const *environment, const char *name) {
    const size_t length = strlen(name);
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') {
            return strdup(*environment);
        }
    }
    return NULL;
}

char **rc_jvm_environment(char **environment) {
    const size_t count = rc_entries(environment);
    char **out = calloc(count + SHARED + FIXED + 1, sizeof *out);
    if (out == NULL) {
        return NULL;
    }
    size_t at = count;
    for (size_t i = 0; i < SHARED; i++) {
        char *copy = copy_of_variable(environment, shared[i]);
        if (copy != NULL) {
            out[at++] = copy;
        }
    }
    for (size_t i = 0; i < FIXED; i++) {
        out[at++] = fixed[i];
    }
    for (size_t i = 0; i < count; i++) {
        flip(environment[i]);
        out[i] = environment[i];
    }
    return out;
}

char **rc_given_environment(char **environment, size_t count) {
    char **out = calloc(count + 1, sizeof *out);
    if (out == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count && environment[i] != NULL; i++) {
        flip(environment[i]);
        out[i] = environment[i];
    }
    return out;
}
