// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where the launcher finds the files that belong to it: relative to its own place, both in a checkout and in an
// installed distribution.
#pragma once

#include <limits.h>
#include <stdbool.h>

struct rc_places {
    char jar[PATH_MAX];     // the jar of the command line; its manifest names the other ones, which lie beside it
    char cache[PATH_MAX];   // the AOT cache beside it, which need not be there
    char native[PATH_MAX];  // folder with librenacer.so and renacer-symbolize
    char options[PATH_MAX]; // the JVM's options, a file for `java @FILE`
    char java[PATH_MAX];    // the program java of the JDK that libexec/find-jdk chooses
};

// Fills in the places, or says on standard error what is missing and returns false. The first four are printable ASCII
// without a colon whatever the folder's name is: if the name is not, they lead through a descriptor that stays open.
bool rc_places_find(struct rc_places *out);
