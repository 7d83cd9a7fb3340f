// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A random sample of bounded size of any number of durations, each as likely in it as any other (Vitter's algorithm R). The
 * same durations in the same order always give the same sample. Not thread-safe.
 */
final class Sample {
    /** Enough for the test: more would find shifts that nobody cares about. */
    static final int MOST = 500;

    private static final int FIRST = 16;
    private static final long SEED = 0x5e1ec7ed;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private double[] values = new double[FIRST];
    private long seen;

    void add(long nanos) {
        int size = size();
        seen++;
        if (size < MOST) {
            put(size, (double) nanos);
        } else {
            long place = random.nextLong(seen);
            if (place < MOST) {
                values[(int) place] = (double) nanos;
            }
        }
    }

    private void put(int index, double value) {
        if (index == values.length) {
            values = Arrays.copyOf(values, Math.min(MOST, 2 * values.length));
        }
        values[index] = value;
    }

    private int size() {
        return (int) Math.min(seen, MOST);
    }

    /** How many it is a sample of. */
    long seen() {
        return seen;
    }

    /** Its durations in nanoseconds, in no order. */
    double[] values() {
        return Arrays.copyOf(values, size());
    }

    /** Takes in another sample, as if this one had seen what that one has; it must not be used any more. */
    void merge(Sample other) {
        long all = seen + other.seen;
        double[] mine = values();
        double[] others = other.values();
        int wanted = (int) Math.min(MOST, all);
        double[] merged = new double[wanted];
        int left = mine.length;
        int otherLeft = others.length;
        for (int index = 0; index < wanted; index++) {
            boolean fromMine = otherLeft == 0 || (left > 0 && random.nextLong(all) < seen);
            double[] from = fromMine ? mine : others;
            int count = fromMine ? left-- : otherLeft--;
            int chosen = random.nextInt(count);
            merged[index] = from[chosen];
            from[chosen] = from[count - 1];
        }
        values = wanted == 0 ? new double[FIRST] : merged;
        seen = all;
    }
}
