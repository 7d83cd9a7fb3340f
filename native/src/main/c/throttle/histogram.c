// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#include "throttle/histogram.h"

void rc_histogram_sum(const struct rc_histogram *histogram, uint64_t into[RC_HISTOGRAM_SLOTS]) {
    for (unsigned slot = 0; slot < RC_HISTOGRAM_SLOTS; slot++) {
        into[slot] += atomic_load_explicit(&histogram->counts[slot], memory_order_relaxed);
    }
}

// The least value of a slot.
static uint64_t least_of(unsigned slot) {
    if (slot < RC_HISTOGRAM_STEPS) {
        return slot;
    }
    const unsigned power = slot / RC_HISTOGRAM_STEPS + 2;
    return (uint64_t)(RC_HISTOGRAM_STEPS + slot % RC_HISTOGRAM_STEPS) << (power - 3);
}

uint64_t rc_histogram_quantile(const uint64_t counts[RC_HISTOGRAM_SLOTS], unsigned per_mille) {
    uint64_t total = 0;
    for (unsigned slot = 0; slot < RC_HISTOGRAM_SLOTS; slot++) {
        total += counts[slot];
    }
    // Rounded up: with a single value, every share is that value.
    const uint64_t wanted = total / 1000 * per_mille + (total % 1000 * per_mille + 999) / 1000;
    uint64_t seen = 0;
    for (unsigned slot = 0; slot < RC_HISTOGRAM_SLOTS; slot++) {
        seen += counts[slot];
        if (wanted > 0 && seen >= wanted) {
            return (least_of(slot) + least_of(slot + 1)) / 2;
        }
    }
    return 0;
}
