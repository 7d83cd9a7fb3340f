// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The command line of the JVM that the launcher becomes.
#pragma once

#include "launch_state.h"
#include "places.h"

// A JVM ends at once where its working directory has no path (a deleted one, one deeper than PATH_MAX). Then this
// process goes to the root folder and keeps the other open, for the program to return to: state->directory. Returns 0
// or an errno.
int rc_leave_lost_directory(struct rc_launch_state *state);

// The arguments, argument 0 included: the JVM's own, then those of this process. Allocated; NULL if memory is short.
char **rc_jvm_arguments(const struct rc_places *places, const struct rc_launch_state *state, int argc, char **argv);
