// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How long tests wait, and how they give up.
#pragma once

#include <stdint.h>

// No test depends on GENEROUS_S but to fail instead of hanging. What a test does MANY times it does less often on an
// emulated machine.
#ifdef RC_BUILD_emulated
enum { GENEROUS_S = 200 };
#define MANY(times) ((times) / 10)
#else
enum { GENEROUS_S = 60 };
#define MANY(times) (times)
#endif

void pause_for(uint64_t ns);
// Fails the test: something did not happen within GENEROUS_S.
void waited_too_long(const char *what);
