// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.TreeMap;

/**
 * The order in which waiting requests get their turn: always the namespace with the fewest running requests, and its
 * oldest request first. The order depends only on the objects, so every operator finds the same one.
 */
public final class FairOrder {
    private static final Comparator<Entry> OLDEST =
            Comparator.comparing(Entry::created).thenComparing(Entry::uid);

    private FairOrder() {}

    /**
     * A waiting request.
     *
     * @param created  when it was created
     */
    public record Entry(String uid, String namespace, Instant created) {}

    /**
     * The order of turns.
     *
     * @param running  namespace to number of running requests
     */
    public static List<Entry> of(Collection<Entry> waiting, Map<String, Integer> running) {
        Map<String, Queue<Entry>> lines = new TreeMap<>();
        for (Entry entry : waiting) {
            lines.computeIfAbsent(entry.namespace(), _ -> new PriorityQueue<>(OLDEST))
                    .add(entry);
        }
        Map<String, Integer> turns = new HashMap<>(running);
        Comparator<Queue<Entry>> fewestRunning =
                Comparator.comparing(line -> turns.getOrDefault(line.element().namespace(), 0));
        PriorityQueue<Queue<Entry>> namespaces =
                new PriorityQueue<>(fewestRunning.thenComparing(Queue::element, OLDEST));
        namespaces.addAll(lines.values());
        List<Entry> order = new ArrayList<>();
        while (!namespaces.isEmpty()) {
            Queue<Entry> line = namespaces.remove();
            Entry next = line.remove();
            order.add(next);
            turns.merge(next.namespace(), 1, Integer::sum);
            if (!line.isEmpty()) {
                namespaces.add(line);
            }
        }
        return order;
    }
}
