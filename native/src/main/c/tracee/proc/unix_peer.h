// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which socket of this machine is connected with which (sock_diag(7), AF_UNIX): no table in /proc says so.
#pragma once

#include <stdint.h>

// The number (inode) of the socket that the one with this number is connected with, in the network namespace of this
// process; 0: none. Returns a negative errno value: ENOENT if there is no such socket here.
int64_t rc_unix_peer(uint32_t inode);
