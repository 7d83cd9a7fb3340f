// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which things took the most time. Those seen first are told apart, a bounded number; the others are counted together. */
public final class TopTimes {
    /** So many are told apart. */
    static final int KNOWN = 64;
    /** So many are told. */
    static final int TOLD = 10;

    /**
     * A thing that was waited for.
     *
     * @param name   its path or address
     * @param nanos  how long
     */
    public record Entry(String name, long nanos) {}

    private static final class Sum {
        private long nanos;
    }

    private final Map<String, Sum> sums = new LinkedHashMap<>();

    void add(String name, long nanos) {
        Sum known = sums.get(name);
        if (known == null) {
            if (nanos == 0 || sums.size() >= KNOWN) {
                return;
            }
            known = new Sum();
            sums.put(name, known);
        }
        known.nanos += nanos;
    }

    void add(TopTimes other) {
        other.sums.forEach((name, sum) -> add(name, sum.nanos));
    }

    /** Those that took the most time, most first; of equals the one seen first. At most ten. */
    public List<Entry> most() {
        List<Entry> entries = new ArrayList<>();
        sums.forEach((name, sum) -> entries.add(new Entry(name, sum.nanos)));
        entries.sort(Comparator.comparingLong(Entry::nanos).reversed());
        return List.copyOf(entries.subList(0, Math.min(TOLD, entries.size())));
    }
}
