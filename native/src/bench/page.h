// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The page the workload shares with `run`, which reads it by these offsets. `run` sets operations, then counts up
// requested; the workload runs one round, sets nanos, then answered. No system call lies inside a timed round but the
// measured ones.
#pragma once

#include <stdatomic.h>
#include <stdint.h>

struct page {
    _Atomic uint64_t requested;
    _Atomic uint64_t answered;
    _Atomic uint64_t operations;
    _Atomic uint64_t nanos;
    _Atomic uint64_t server; // the pid of who is traced, if it is not who makes the rounds; set before the first answer
};
