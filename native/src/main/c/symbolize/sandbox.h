// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <stdbool.h>

// Gives up everything that is not needed to parse the files it is given: capabilities, privileges by exec, resources,
// and all but a few system calls. Returns false if any of that fails: then nothing must be parsed.
bool rs_enter_sandbox(void);
