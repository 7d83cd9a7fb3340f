// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts of one attribute that have come before, with the attribute as it was encoded: a program names the same files again and
 * again. At most {@value #SLOTS} of at most {@value #LONGEST} characters; one is encoded once more before it is kept, so that those that
 * never come again make no garbage. Not thread-safe.
 */
final class KnownTexts {
    static final int LONGEST = 256;
    private static final int SLOTS = 512;

    private static final byte[] NOT_KEPT = {};

    private final @Nullable String[] texts = new String[SLOTS];
    private final byte[][] attributes = new byte[SLOTS][];

    /** The attribute with this text; null: not known. */
    byte @Nullable [] find(String text) {
        int slot = slot(text);
        return text.equals(texts[slot]) && attributes[slot].length > 0 ? attributes[slot] : null;
    }

    /**
     * Takes note of one that is not known.
     *
     * @param from  where the attribute begins in the bytes
     * @param to    where it ends
     */
    void seen(String text, byte[] bytes, int from, int to) {
        int slot = slot(text);
        attributes[slot] = text.equals(texts[slot]) ? Arrays.copyOfRange(bytes, from, to) : NOT_KEPT;
        texts[slot] = text;
    }

    private static int slot(String text) {
        int hash = text.hashCode();
        return (hash ^ hash >>> 16) & (SLOTS - 1);
    }
}
