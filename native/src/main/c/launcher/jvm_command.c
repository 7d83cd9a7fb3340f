// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "jvm_command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launch_environment.h"

static const char main_class[] = "dev.renacer.cli.local.RenacerCommand";
enum { OWN_ARGUMENTS = 16 };

int rc_leave_lost_directory(struct rc_launch_state *state) {
    char path[PATH_MAX];
    // glibc's own fallback walks up from here; a JVM also asks for PATH_MAX bytes.
    if (getcwd(path, sizeof path) != NULL) {
        return 0;
    }
    const int fd = open(".", O_PATH | O_DIRECTORY); // stays open in the JVM, and is closed in the program
    if (fd < 0 || chdir("/") != 0) {
        return errno;
    }
    state->has_directory = true;
    state->directory = (unsigned)fd;
    return 0;
}

__attribute__((format(printf, 1, 2))) static char *text_of(const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    const int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : text;
}

char **rc_jvm_arguments(const struct rc_places *places, const struct rc_launch_state *state, int argc, char **argv) {
    static char inherited[RC_LAUNCH_TEXT_SIZE];
    if (rc_launch_state_format(state, inherited, sizeof inherited) != 0) {
        return NULL;
    }
    const size_t given = argc > 1 ? (size_t)argc - 1 : 0; // an empty argument vector is possible
    char **arguments = calloc(OWN_ARGUMENTS + given + 1, sizeof *arguments);
    if (arguments == NULL) {
        return NULL;
    }
    size_t count = 0;
    arguments[count++] = text_of("%s", places->java);
    arguments[count++] = text_of("@%s", places->options);
    arguments[count++] = text_of("-Drenacer.inherited=%s", inherited);
    arguments[count++] = text_of("-Drenacer.environment=%zu", rc_entries(environ));
    arguments[count++] = text_of("-Drenacer.library.path=%s/librenacer.so", places->native);
    arguments[count++] = text_of("-Drenacer.symbolizer=%s/renacer-symbolize", places->native);
    arguments[count++] = text_of("-XX:AOTCache=%s", places->cache);
    arguments[count++] = text_of("-cp");
    arguments[count++] = text_of("%s", places->jar);
    arguments[count++] = text_of("%s", main_class);
    for (size_t i = 0; i < count; i++) {
        if (arguments[i] == NULL) {
            return NULL;
        }
    }
    for (size_t i = 0; i < given; i++) {
        arguments[count + i] = argv[i + 1];
    }
    return arguments;
}
