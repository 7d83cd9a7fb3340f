// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "generated.h"

#include <stdint.h>
#include <string.h>

static const uint32_t MOST_LINES = 1u << 30;

static bool starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

// Cuts ":NUMBER" off the end of a text. Returns false and leaves the text as it was if it does not end like that.
static bool cut_number(char *text, uint32_t *number) {
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1)) {
        return false;
    }
    *number = 0;
    for (const char *at = colon + 1; *at != '\0'; at++) {
        if (*number > MOST_LINES / 10) {
            return false;
        }
        *number = *number * 10 + (uint32_t)(*at - '0');
    }
    *colon = '\0';
    return true;
}

// "py::NAME:FILE"; a name has no colon. Files of the library are in a folder lib/python3.N, or are frozen: "<frozen
// os>".
static enum rs_generated_kind python_place(char *text, struct rs_place *out) {
    char *colon = strchr(text, ':');
    if (colon == NULL || colon == text || colon[1] == '\0') {
        return RS_GENERATED_UNKNOWN;
    }
    *colon = '\0';
    *out = (struct rs_place){.function = text, .file = colon + 1};
    const bool library = starts_with(out->file, "<frozen ") || strstr(out->file, "/lib/python3.") != NULL;
    return library ? RS_GENERATED_LIBRARY : RS_GENERATED_USER;
}

// Where the file begins in "NAME FILE": a name may be empty and may have spaces ("get size").
static char *script_in(char *text) {
    static const char *const starts[] = {" file://", " /", " node:"};
    char *first = NULL;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        char *found = strstr(text, starts[i]);
        if (found != NULL && (first == NULL || found < first)) {
            first = found;
        }
    }
    return first;
}

// "NAME FILE:LINE:COLUMN", with a mark of the compiler in front: ~ is interpreted, ^ and + in between, * optimized.
static enum rs_generated_kind script_place(char *text, struct rs_place *out) {
    uint32_t column = 0;
    uint32_t line = 0;
    char *function = text + strspn(text, "~^+*");
    if (!cut_number(function, &column) || !cut_number(function, &line)) {
        return RS_GENERATED_UNKNOWN;
    }
    char *file = script_in(function);
    if (file == NULL) {
        return RS_GENERATED_UNKNOWN;
    }
    *file++ = '\0';
    file += starts_with(file, "file://") ? strlen("file://") : 0;
    *out = (struct rs_place){.function = *function == '\0' ? "(anonymous)" : function, .file = file, .line = line};
    const bool library = starts_with(file, "node:") || strstr(file, "/node_modules/") != NULL;
    return library ? RS_GENERATED_LIBRARY : RS_GENERATED_USER;
}

static bool is_java_library(const char *method) {
    static const char *const packages[] = {"java.", "javax.", "jdk.", "sun.", "com.sun."};
    for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++) {
        if (starts_with(method, packages[i])) {
            return true;
        }
    }
    return false;
}

// "RESULT PACKAGE.CLASS.METHOD(ARGUMENTS)". Stubs have no arguments. All interpreted methods share one name.
static enum rs_generated_kind java_place(char *text, struct rs_place *out) {
    if (strcmp(text, "Interpreter") == 0) {
        return RS_GENERATED_UNKNOWN;
    }
    char *arguments = strchr(text, '(');
    if (arguments == NULL || arguments[strlen(arguments) - 1] != ')') {
        return RS_GENERATED_LIBRARY;
    }
    *arguments = '\0';
    char *space = strrchr(text, ' ');
    if (space == NULL || strchr(space, '.') == NULL) {
        return RS_GENERATED_LIBRARY;
    }
    *out = (struct rs_place){.function = space + 1};
    return is_java_library(out->function) ? RS_GENERATED_LIBRARY : RS_GENERATED_USER;
}

enum rs_generated_kind rs_generated_place(char *name, struct rs_place *out) {
    static const char *const scripts[] = {"JS:", "LazyCompile:", "Function:", "Script:", "Eval:"};
    *out = (struct rs_place){.line = 0};
    if (*name == '\0') {
        return RS_GENERATED_UNKNOWN;
    }
    if (starts_with(name, "py::")) {
        return python_place(name + strlen("py::"), out);
    }
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (starts_with(name, scripts[i])) {
            return script_place(name + strlen(scripts[i]), out);
        }
    }
    return java_place(name, out);
}
