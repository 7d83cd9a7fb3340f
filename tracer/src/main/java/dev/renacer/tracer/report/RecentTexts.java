// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import java.util.Arrays;

/**
 * Numbers the values of a column so that one that came lately is not written again. It remembers a bounded number of them: an
 * older one gets a new number, which costs room in the page and nothing else. For one thread.
 *
 * @param <T>  of the values; immutable, with equals and hashCode
 */
final class RecentTexts<T> {
    private static final int EMPTY = -1;

    private final Object[] values;
    private final int[] hashes;
    private final int[] numbers;
    private final int mask;
    private int count;

    /**
     * @param places  how many are remembered at most; a power of two
     */
    RecentTexts(int places) {
        values = new Object[places];
        hashes = new int[places];
        numbers = new int[places];
        mask = places - 1;
        Arrays.fill(numbers, EMPTY);
    }

    /** How many numbers were given. */
    int count() {
        return count;
    }

    /** What refers to a value: 0 if it is new, otherwise how many newer ones there are, plus one. */
    int reference(T value) {
        int hash = value.hashCode();
        int place = (hash ^ hash >>> 15) & mask;
        // Other paths of a folder are equal for long; their hashes are not.
        if (numbers[place] != EMPTY && hashes[place] == hash && value.equals(values[place])) {
            return count - numbers[place];
        }
        values[place] = value;
        hashes[place] = hash;
        numbers[place] = count++;
        return 0;
    }
}
