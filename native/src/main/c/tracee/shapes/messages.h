// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The shapes of data that consist of buffers of the program's.
#pragma once

#include <stdint.h>

struct rc_reader;

void rc_read_iovec(const struct rc_reader *reader, uint64_t address);
void rc_read_message(const struct rc_reader *reader, uint64_t address);
void rc_read_messages(const struct rc_reader *reader, uint64_t address);
