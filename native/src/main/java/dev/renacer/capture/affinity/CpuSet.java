// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.affinity;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;

/** Some of a machine's CPUs. Written as the kernel writes them: {@code 0-3,8}. Immutable. */
public final class CpuSet {
    /** The number of words, of 64 CPUs each, in a cpu_set_t. */
    static final int WORDS = 16;

    private static final int MOST = WORDS * Long.SIZE;

    private final BitSet cpus;

    private CpuSet(BitSet cpus) {
        this.cpus = cpus;
    }

    /** The CPUs of a cpu_set_t. */
    static CpuSet ofWords(long[] words) {
        return new CpuSet(BitSet.valueOf(words));
    }

    /**
     * Reads what {@link #toString()} and {@code Cpus_allowed_list} in /proc/PID/status write.
     *
     * @throws IllegalArgumentException if the text is not such a list, is empty, or names a CPU beyond 1,023
     */
    public static CpuSet parse(String text) {
        BitSet cpus = new BitSet();
        for (String range : text.strip().split(",", -1)) {
            List<String> ends = Arrays.asList(range.split("-", 2));
            int first = cpu(text, ends.getFirst());
            int last = cpu(text, ends.getLast());
            if (first > last) {
                throw notASet(text);
            }
            cpus.set(first, last + 1);
        }
        return new CpuSet(cpus);
    }

    private static int cpu(String text, String number) {
        try {
            int cpu = Integer.parseInt(number);
            if (cpu >= 0 && cpu < MOST) {
                return cpu;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw notASet(text);
    }

    private static IllegalArgumentException notASet(String text) {
        return new IllegalArgumentException("'" + text + "' is not a list of CPUs such as 0-3,8");
    }

    /** As a cpu_set_t. */
    long[] words() {
        return Arrays.copyOf(cpus.toLongArray(), WORDS);
    }

    /** How many there are. */
    public int size() {
        return cpus.cardinality();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet that && cpus.equals(that.cpus);
    }

    @Override
    public int hashCode() {
        return cpus.hashCode();
    }

    @Override
    public String toString() {
        StringJoiner ranges = new StringJoiner(",");
        for (int first = cpus.nextSetBit(0); first >= 0; ) {
            int end = cpus.nextClearBit(first);
            ranges.add(end == first + 1 ? Integer.toString(first) : first + "-" + (end - 1));
            first = cpus.nextSetBit(end);
        }
        return ranges.toString();
    }
}
