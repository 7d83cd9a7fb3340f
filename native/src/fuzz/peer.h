// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A tracer that renacer-symbolize talks to without a socket: in place of symbolize/wire.c.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The file that is handed over whenever one is asked for. -1: none is found.
void peer_set_file(int fd);
// How many answers came since the last call.
unsigned peer_answers(void);
// A file in memory; to be closed.
int peer_file_of(const uint8_t *bytes, size_t size);
