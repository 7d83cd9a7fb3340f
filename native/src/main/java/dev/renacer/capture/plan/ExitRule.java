// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is done when a call has returned: a part of what it wrote is read, and a call that would otherwise be skipped is
 * published, with {@link dev.renacer.capture.ring.EventFlags#UNASKED}. Immutable.
 *
 * @param conditions   of its arguments; at most 2. The rule applies to a call that meets all of them
 * @param written      what is read if the call did not fail
 * @param failedOnly   whether the rule applies only to a failed call
 */
public record ExitRule(List<Condition> conditions, Optional<Written> written, boolean failedOnly) {
    static final int MAX_CONDITIONS = 2;
    private static final int MAX_BYTES = 64;
    private static final int ARGUMENTS = 6;

    /**
     * An argument and its value.
     *
     * @param argument  0 to 5
     * @param value     its lower 32 bits
     */
    public record Condition(int argument, int value) {
        public Condition {
            requireArgument(argument);
        }
    }

    /**
     * Bytes that the call wrote.
     *
     * @param argument        points to them, 0 to 5
     * @param bytes           at most this many are read, 1 to 64
     * @param lengthArgument  points to how many there are (32 bits), 0 to 5; empty: exactly {@code bytes}
     */
    public record Written(int argument, int bytes, OptionalInt lengthArgument) {
        public Written {
            requireArgument(argument);
            lengthArgument.ifPresent(ExitRule::requireArgument);
            if (bytes < 1 || bytes > MAX_BYTES) {
                throw new IllegalArgumentException("bytes is " + bytes + ", must be 1 to " + MAX_BYTES);
            }
        }
    }

    public ExitRule {
        conditions = List.copyOf(conditions);
        if (conditions.size() > MAX_CONDITIONS) {
            throw new IllegalArgumentException(
                    "a rule has at most " + MAX_CONDITIONS + " conditions, not " + conditions.size());
        }
    }

    private static void requireArgument(int argument) {
        if (argument < 0 || argument >= ARGUMENTS) {
            throw new IllegalArgumentException("a call has no argument " + argument);
        }
    }
}
