// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the latest value of each key, in the background and until it succeeds: a value that a newer one overtakes
 * before it could be written is never written. The first failure and the first success after it are logged, not each
 * attempt. Thread-safe.
 *
 * @param <K> the key that is written to
 * @param <V> the value that is written
 */
public final class CoalescingWriter<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(CoalescingWriter.class);

    /** Writes once. */
    @FunctionalInterface
    public interface Attempt<K, V> {
        /**
         * Writes the value. Anything it throws counts as a {@link Result.Retry}: no value is lost to an unexpected
         * exception.
         */
        Result write(K key, V value);
    }

    /** The result of an attempt. */
    public sealed interface Result {
        /** Written. */
        record Done() implements Result {}

        /** The object to write to is gone. */
        record Gone() implements Result {}

        /** It will never succeed; the value is dropped. */
        record Refused(String why) implements Result {}

        /** It may succeed later. */
        record Retry(String why) implements Result {}
    }

    private final String what;
    private final Attempt<K, V> attempt;
    private final Duration firstDelay;
    private final Duration longestDelay;
    private final Map<K, V> latest = new HashMap<>();
    private final Set<K> running = new HashSet<>();
    /** When the current attempt began, by key. */
    private final Map<K, Long> attempts = new ConcurrentHashMap<>();

    private Optional<String> outage = Optional.empty();
    private boolean closed;

    /**
     * @param what          what is written, for the log
     * @param attempt       writes once; blocks until it is done
     * @param firstDelay    wait after the first failure; doubles with each further one
     * @param longestDelay  up to this
     */
    public CoalescingWriter(String what, Attempt<K, V> attempt, Duration firstDelay, Duration longestDelay) {
        this.what = what;
        this.attempt = attempt;
        this.firstDelay = firstDelay;
        this.longestDelay = longestDelay;
    }

    /** Writes {@code value} soon, instead of any waiting value of this key. */
    public synchronized void submit(K key, V value) {
        if (closed) {
            return;
        }
        latest.put(key, value);
        notifyAll();
        if (running.add(key)) {
            Thread.ofVirtual().name("renacer-write-" + key).start(() -> run(key));
        }
    }

    /**
     * Waits until nothing waits to be written.
     *
     * @return false if the time ran out first
     */
    public synchronized boolean awaitIdle(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!running.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** An attempt that has been under way for longer than this, in words for a log; empty if there is none. */
    public Optional<String> stalled(Duration limit) {
        long now = System.nanoTime();
        return attempts.entrySet().stream()
                .filter(attempt -> now - attempt.getValue() > limit.toNanos())
                .findFirst()
                .map(attempt -> what + " " + attempt.getKey() + ": the current write has taken "
                        + Duration.ofNanos(now - attempt.getValue()).toSeconds() + " s");
    }

    /** Accepts no further values and forgets those that wait. */
    public synchronized void close() {
        closed = true;
        latest.clear();
        notifyAll();
    }

    private void run(K key) {
        Duration delay = firstDelay;
        try {
            while (true) {
                Optional<V> value = next(key);
                if (value.isEmpty()) {
                    return;
                }
                switch (tried(key, value.get())) {
                    case Result.Done(), Result.Gone() -> {
                        recovered();
                        delay = firstDelay;
                    }
                    case Result.Refused(String why) -> LOG.error("{} {}: refused: {}", what, key, why);
                    case Result.Retry(String why) -> {
                        failed(key, why);
                        putBack(key, value.get(), delay);
                        delay = min(delay.multipliedBy(2), longestDelay);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leave(key);
        }
    }

    private Result tried(K key, V value) {
        attempts.put(key, System.nanoTime());
        try {
            return attempt.write(key, value);
        } catch (RuntimeException | Error e) {
            LOG.debug("{} {}: unexpected", what, key, e);
            return new Result.Retry("unexpected " + e);
        } finally {
            attempts.remove(key);
        }
    }

    private synchronized Optional<V> next(K key) {
        return Optional.ofNullable(latest.remove(key));
    }

    private synchronized void leave(K key) {
        running.remove(key);
        if (latest.containsKey(key) && !closed) {
            // A value came between the last look and now.
            submit(key, latest.get(key));
        }
        notifyAll();
    }

    /** Waits, then offers the value again unless a newer one came; a newer one or the end cuts the wait short. */
    private synchronized void putBack(K key, V value, Duration delay) throws InterruptedException {
        if (closed || latest.containsKey(key)) {
            return;
        }
        latest.put(key, value);
        long deadline = System.nanoTime() + delay.toNanos();
        while (!closed && Objects.equals(latest.get(key), value)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    private synchronized void failed(K key, String why) {
        if (outage.isEmpty()) {
            LOG.warn("{} {}: cannot be written, will be tried again: {}", what, key, why);
        }
        outage = Optional.of(why);
    }

    private synchronized void recovered() {
        if (outage.isPresent()) {
            LOG.info("{}: can be written again", what);
        }
        outage = Optional.empty();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
