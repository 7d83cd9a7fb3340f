// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

/**
 * How many calls, and how long they took.
 *
 * @param calls       their number
 * @param nanos       their time in nanoseconds
 * @param idleNanos   the part of it that calls took which merely waited for something to do
 */
public record Amount(long calls, long nanos, long idleNanos) {
    static final Amount NOTHING = new Amount(0, 0, 0);

    Amount plus(Amount other) {
        return new Amount(calls + other.calls, nanos + other.nanos, idleNanos + other.idleNanos);
    }
}
