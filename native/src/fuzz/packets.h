// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <stddef.h>

// Sends a packet that takes so many descriptors along, 0 to 3.
void send_packet(int socket, const void *bytes, size_t length, unsigned descriptors);
