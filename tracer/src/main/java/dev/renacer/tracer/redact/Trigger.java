// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Words, one of which is in each text that a pattern can match: looking for them is far cheaper than the pattern. Immutable.
 *
 * @param words  in lower-case bytes; none: any text
 */
record Trigger(List<byte[]> words) {
    /** For a pattern that may match any text. */
    static final Trigger ANY = new Trigger(List.of());

    /** The words of this list, separated by a blank. */
    static Trigger of(String list) {
        List<byte[]> words = new ArrayList<>();
        for (String word : list.toLowerCase(Locale.ROOT).split(" ", -1)) {
            words.add(word.getBytes(StandardCharsets.ISO_8859_1));
        }
        return new Trigger(words);
    }

    /** Whether one of the words is in the text, in upper or lower case. */
    boolean isIn(byte[] text) {
        if (words.isEmpty()) {
            return true;
        }
        for (byte[] word : words) {
            if (contains(text, word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(byte[] text, byte[] word) {
        for (int at = 0; at + word.length <= text.length; at++) {
            int same = 0;
            while (same < word.length && lower(text[at + same]) == word[same]) {
                same++;
            }
            if (same == word.length) {
                return true;
            }
        }
        return false;
    }

    private static byte lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter + ('a' - 'A')) : letter;
    }
}
