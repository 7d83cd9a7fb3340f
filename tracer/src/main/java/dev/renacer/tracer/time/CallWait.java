// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import java.util.Optional;

/**
 * What a call waits for, if it does.
 *
 * @param on      the kind of thing
 * @param target  which one: a path, the address of a peer, the address of a lock; empty: not known, or not asked for
 */
public record CallWait(BlockedOn on, Optional<String> target) {
    private static final CallWait[] NAMELESS = new CallWait[BlockedOn.COUNT];

    static {
        for (BlockedOn on : BlockedOn.values()) {
            NAMELESS[on.index()] = new CallWait(on, Optional.empty());
        }
    }

    /** One of which no more is known. */
    static CallWait of(BlockedOn on) {
        return NAMELESS[on.index()];
    }

    /** That with this index. */
    static CallWait of(int index) {
        return NAMELESS[index];
    }
}
