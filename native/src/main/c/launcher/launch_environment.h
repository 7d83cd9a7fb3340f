// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The environment on its way through the JVM. What is set for the traced program must not configure the tracer:
// JAVA_TOOL_OPTIONS and its kin, LD_PRELOAD, GLIBC_TUNABLES, whatever the next release of a JDK or a libc reads. So the
// first byte of each entry is changed, which makes it another name. That takes no extra room and so never exceeds what
// execve(2) allows. The JVM's process restores the environment when it has started. Those entries are followed by the
// few that a JVM is to have.
#pragma once

#include <stddef.h>

// The number of entries in an environment.
size_t rc_entries(char *const *environment);

// The environment of the JVM: all entries of the given one (no longer to be used) hidden in place, then the JVM's own.
// Allocated; NULL if memory is short.
char **rc_jvm_environment(char **environment);

// The first `count` entries of an environment, restored to what they were. Allocated, pointing into the given one; NULL
// if memory is short.
char **rc_given_environment(char **environment, size_t count);
