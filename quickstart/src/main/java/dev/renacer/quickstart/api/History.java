// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The objects as they are and their last changes in order, so that a watch starts exactly where a list ended. Safe for any
 * thread.
 */
final class History {
    /** A watch that starts before the oldest kept change is told so (410 Gone) and lists again, as with the real server. */
    private static final int KEPT = 10_000;

    /**
     * One change.
     *
     * @param before the object's state before, null if it was created
     * @param after its state after, null if it was removed
     */
    record Change(
            long resourceVersion,
            ApiPath path,
            @Nullable JsonNode before,
            @Nullable JsonNode after) {}

    /** Objects as of a resource version. */
    record Listing(long resourceVersion, List<JsonNode> items) {}

    private final Map<ApiPath, JsonNode> objects = new LinkedHashMap<>();
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private long newest;
    private long newestForgotten;
    private boolean closed;

    synchronized void add(Change change) {
        if (change.after() == null) {
            objects.remove(change.path());
        } else {
            objects.put(change.path(), change.after());
        }
        newest = change.resourceVersion();
        changes.addLast(change);
        if (changes.size() > KEPT) {
            newestForgotten = changes.removeFirst().resourceVersion();
        }
        notifyAll();
    }

    synchronized Optional<JsonNode> get(ApiPath path) {
        return Optional.ofNullable(objects.get(path));
    }

    synchronized Listing list(ApiPath collection, Predicate<JsonNode> selector) {
        List<JsonNode> items = objects.entrySet().stream()
                .filter(entry -> collection.covers(entry.getKey()) && selector.test(entry.getValue()))
                .map(Map.Entry::getValue)
                .toList();
        return new Listing(newest, items);
    }

    /** Paths of the objects owned by the object with this UID. */
    synchronized List<ApiPath> ownedBy(String uid) {
        return objects.entrySet().stream()
                .filter(entry -> entry.getValue()
                        .path("metadata")
                        .path("ownerReferences")
                        .valueStream()
                        .anyMatch(owner -> owner.path("uid").asText().equals(uid)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether every change after this resource version is still known. */
    synchronized boolean knowsAllSince(long resourceVersion) {
        return resourceVersion >= newestForgotten;
    }

    /** Changes after a resource version; waits for one until the deadline (of System.nanoTime), then returns none. */
    synchronized List<Change> since(long resourceVersion, long deadlineNanos) throws InterruptedException {
        while (true) {
            List<Change> found = changes.stream()
                    .filter(change -> change.resourceVersion() > resourceVersion)
                    .toList();
            long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (!found.isEmpty() || closed || leftMillis <= 0) {
                return found;
            }
            wait(leftMillis);
        }
    }

    /** Ends every wait, now and later. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
