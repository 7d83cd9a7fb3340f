// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which files calls were about, by count. The first {@link #KNOWN} are counted each; the rest together, so it takes no
 * more memory for a program that uses a million. For one thread.
 */
public final class PathCounts {
    /** So many are told apart. */
    static final int KNOWN = 64;
    /** So many are told. */
    static final int TOLD = 10;

    /**
     * A file.
     *
     * @param path   absolute
     * @param calls  how many were about it
     */
    public record Entry(String path, long calls) {}

    private static final class Count {
        private long calls;
    }

    private final Map<String, Count> counts = new LinkedHashMap<>();
    private long total;

    void add(String path) {
        total++;
        Count known = counts.get(path);
        if (known == null) {
            if (counts.size() >= KNOWN) {
                return;
            }
            known = new Count();
            counts.put(path, known);
        }
        known.calls++;
    }

    /** Those that most calls were about, most first; of equals the one seen first. At most ten. */
    public List<Entry> most() {
        List<Entry> entries = new ArrayList<>();
        counts.forEach((path, count) -> entries.add(new Entry(path, count.calls)));
        entries.sort(Comparator.comparingLong(Entry::calls).reversed());
        return List.copyOf(entries.subList(0, Math.min(TOLD, entries.size())));
    }

    /** How many calls were about a file that is not among {@link #most()}. */
    public long others() {
        return total - most().stream().mapToLong(Entry::calls).sum();
    }
}
