// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The looks at objects that are under way, so that one that never ends is noticed: each takes a thread, and the last of them would
 * leave an operator that answers its probes and does nothing. Safe for use by many threads.
 */
final class OpenLooks {
    /** A look is a few calls of the API, each of which gives up after seconds; a thousand assignments take some ten. */
    static final Duration LONGEST = Duration.ofMinutes(3);

    private final LongSupplier nanoTime;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Look> open = new ConcurrentHashMap<>();

    private record Look(String what, long since) {}

    /**
     * @param nanoTime  as {@link System#nanoTime()}
     */
    OpenLooks(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Does the look; it is open until it returns or throws. */
    <T> T during(String what, Supplier<T> look) {
        long id = ids.getAndIncrement();
        open.put(id, new Look(what, nanoTime.getAsLong()));
        try {
            return look.get();
        } finally {
            open.remove(id);
        }
    }

    /** The oldest look, if it has been open for longer than any may. */
    Optional<String> overdue() {
        long now = nanoTime.getAsLong();
        return open.values().stream()
                .min(Comparator.comparingLong(look -> look.since() - now))
                .filter(look -> now - look.since() > LONGEST.toNanos())
                .map(look -> "the look at " + look.what() + " has not ended for "
                        + Duration.ofNanos(now - look.since()).toSeconds() + " s");
    }
}
