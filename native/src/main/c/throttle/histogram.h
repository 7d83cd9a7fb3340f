// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A log-linear histogram of times: each power of two has eight steps, so a value is known to one part in eight. One
// writer, any number of readers, no lock.
#pragma once

#include <stdatomic.h>
#include <stdint.h>

enum {
    RC_HISTOGRAM_STEPS = 8,
    RC_HISTOGRAM_POWERS = 40,
    RC_HISTOGRAM_SLOTS = RC_HISTOGRAM_STEPS * RC_HISTOGRAM_POWERS
};

struct rc_histogram {
    _Atomic uint64_t counts[RC_HISTOGRAM_SLOTS];
};

static inline unsigned rc_histogram_slot(uint64_t value) {
    if (value < RC_HISTOGRAM_STEPS) {
        return (unsigned)value;
    }
    const unsigned power = 63u - (unsigned)__builtin_clzll(value); // 3 or more
    const unsigned slot =
        (power - 2) * RC_HISTOGRAM_STEPS + (unsigned)(value >> (power - 3) & (RC_HISTOGRAM_STEPS - 1));
    return slot < RC_HISTOGRAM_SLOTS ? slot : RC_HISTOGRAM_SLOTS - 1;
}

static inline void rc_histogram_add(struct rc_histogram *histogram, uint64_t value) {
    _Atomic uint64_t *count = &histogram->counts[rc_histogram_slot(value)];
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + 1, memory_order_relaxed);
}

// The middle of the slot in which the given share (per mille) of all values is reached; 0 if there is none. `into` adds
// up several histograms.
void rc_histogram_sum(const struct rc_histogram *histogram, uint64_t into[RC_HISTOGRAM_SLOTS]);
uint64_t rc_histogram_quantile(const uint64_t counts[RC_HISTOGRAM_SLOTS], unsigned per_mille);
