// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <stdbool.h>

// Gives up everything that is not needed to parse files it is handed: capabilities, privileges by exec, resources, and
// all system calls but a few. Returns false if any of that fails: then nothing must be parsed.
bool rs_enter_sandbox(void);
