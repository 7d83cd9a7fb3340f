// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The reconciliations under way, so that one that never ends is noticed: each takes a thread, and when the last thread
 * is taken the operator would still answer its probes but do nothing. Safe for use by many threads.
 */
public final class OpenReconciliations {
    /**
     * A reconciliation makes a few calls to the API, each of which gives up after seconds; a thousand NodeTraces take
     * some ten seconds.
     */
    static final Duration LONGEST = Duration.ofMinutes(3);

    private final LongSupplier nanoTime;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Open> open = new ConcurrentHashMap<>();

    private record Open(String what, long since) {}

    /**
     * @param nanoTime  as {@link System#nanoTime()}
     */
    public OpenReconciliations(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Runs the reconciliation; it is open until it returns or throws. */
    <T> T during(String what, Supplier<T> reconciliation) {
        long id = ids.getAndIncrement();
        open.put(id, new Open(what, nanoTime.getAsLong()));
        try {
            return reconciliation.get();
        } finally {
            open.remove(id);
        }
    }

    /** The oldest reconciliation, if it has been open for longer than allowed. */
    public Optional<String> overdue() {
        long now = nanoTime.getAsLong();
        return open.values().stream()
                .min(Comparator.comparingLong(look -> look.since() - now))
                .filter(look -> now - look.since() > LONGEST.toNanos())
                .map(look -> "the look at " + look.what() + " has not ended for "
                        + Duration.ofNanos(now - look.since()).toSeconds() + " s");
    }
}
