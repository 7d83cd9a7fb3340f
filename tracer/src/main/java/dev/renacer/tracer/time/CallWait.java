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
    /** One of which no more is known. */
    static CallWait of(BlockedOn on) {
        return new CallWait(on, Optional.empty());
    }
}
