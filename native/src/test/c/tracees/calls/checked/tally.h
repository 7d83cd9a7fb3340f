// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What `checked` says of its own calls, in a file it shares with the test.
#pragma once

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

enum { TALLY_WORKERS = 4 };

struct tally {
    _Atomic pid_t pid; // of the program, once all its workers run
    _Atomic pid_t tids[TALLY_WORKERS];
    _Atomic uint64_t rounds[TALLY_WORKERS]; // of calls that each worker has made
    _Atomic uint64_t wrong;                 // results that were not right
    _Atomic uint64_t interrupted;           // EINTR without a signal
    _Atomic uint64_t unimplemented;         // ENOSYS
    _Atomic int end;                        // set by the test: the program is to end
};
