// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The command line of the JVM that the launcher becomes.
#pragma once

#include "launch_state.h"
#include "places.h"

// A JVM ends at once if its working directory has no path (it was deleted, or is deeper than PATH_MAX). In that case
// this process changes to the root folder and keeps the original one open, for the program to return to:
// state->directory. Returns 0 or an errno.
int rc_leave_lost_directory(struct rc_launch_state *state);

// The arguments, argument 0 included: the JVM's own, then those of this process. Allocated; NULL if memory is short.
char **rc_jvm_arguments(const struct rc_places *places, const struct rc_launch_state *state, int argc, char **argv);
