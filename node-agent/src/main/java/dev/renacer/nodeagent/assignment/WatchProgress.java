// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Whether a watch makes progress: it watches or tries to, and the objects it holds have been handled. The versions of
 * objects, by UID, are those of the API server; any change gives a new one. Thread-safe.
 */
final class WatchProgress {
    /** Longer than any pause between two attempts, and than any response time of the API server. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private final LongSupplier nanoTime;
    private final Map<String, String> handled = new ConcurrentHashMap<>();
    private final Map<String, Long> unhandledSince = new HashMap<>();
    private volatile long lastSign;
    private volatile boolean ended;

    /** @param nanoTime  {@link System#nanoTime} */
    WatchProgress(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastSign = nanoTime.getAsLong();
    }

    /** An attempt to list or watch was made, or an answer came. */
    void sign() {
        lastSign = nanoTime.getAsLong();
    }

    /** The watch has ended although nobody closed it. */
    void ended() {
        ended = true;
    }

    /** This version of the object was handled completely. */
    void handled(String uid, String version) {
        handled.put(uid, version);
    }

    /** The object is gone, and that was handled. */
    void forget(String uid) {
        handled.remove(uid);
    }

    /**
     * What has stalled, in words for a log; empty if the watch makes progress.
     *
     * @param watching  whether the watch is open
     * @param held      the version of each object that the watch holds, by UID
     */
    synchronized Optional<String> stalled(boolean watching, Map<String, String> held) {
        if (ended) {
            return Optional.of("the watch of NodeTraces has ended");
        }
        long now = nanoTime.getAsLong();
        if (watching) {
            lastSign = now;
        } else if (now - lastSign > LIMIT.toNanos()) {
            return Optional.of("NodeTraces have been neither watched nor listed again for " + seconds(now - lastSign));
        }
        unhandledSince.keySet().retainAll(held.keySet());
        long oldest = now;
        for (Map.Entry<String, String> object : held.entrySet()) {
            if (object.getValue().equals(handled.get(object.getKey()))) {
                unhandledSince.remove(object.getKey());
            } else {
                oldest = Math.min(oldest, unhandledSince.computeIfAbsent(object.getKey(), _ -> now));
            }
        }
        return now - oldest > LIMIT.toNanos()
                ? Optional.of("NodeTraces that came " + seconds(now - oldest) + " ago have not been taken up yet")
                : Optional.empty();
    }

    private static String seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds() + " s";
    }
}
