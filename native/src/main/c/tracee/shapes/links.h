// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What descriptors are that a call has made: the links of /proc, while the thread cannot close them yet.
#pragma once

#include <stdint.h>

struct rc_reader;

// Adds a piece (RC_PART_LINK) for each descriptor that the read is about.
void rc_read_links(const struct rc_reader *reader, uint64_t address);
