// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import java.util.ArrayList;
import java.util.List;

/**
 * The triggers of many patterns, looked for in one pass over a text: most texts have none. A word is looked at only where
 * its first two letters stand. Immutable.
 */
final class Triggers {
    /** How many patterns there may be. */
    static final int MOST = Long.SIZE;

    private static final int BYTES = 256;

    /**
     * A word, by the patterns it is a trigger of.
     *
     * @param word      in lower case
     * @param patterns  a bit for each
     */
    private record Word(byte[] word, long patterns) {}

    /** Those that are tried whatever the text is. */
    private final long always;
    /** By the first two letters: 0 for none, else what stands in {@link #words} at one less. */
    private final byte[] places = new byte[BYTES * BYTES];

    private final Word[][] words;

    /**
     * @param secrets  in the order of the bits of {@link #in}; at most {@link #MOST}
     */
    Triggers(List<Secret> secrets) {
        long any = 0;
        List<List<Word>> found = new ArrayList<>();
        for (int pattern = 0; pattern < secrets.size(); pattern++) {
            List<byte[]> list = secrets.get(pattern).trigger().words();
            any |= list.isEmpty() ? 1L << pattern : 0;
            for (int word = 0; word < list.size(); word++) {
                add(found, new Word(list.get(word), 1L << pattern));
            }
        }
        always = any;
        words = new Word[found.size()][];
        for (int place = 0; place < words.length; place++) {
            words[place] = found.get(place).toArray(new Word[0]);
        }
    }

    private void add(List<List<Word>> found, Word word) {
        int first = word.word()[0] & 0xff;
        // A word of one letter may be followed by any.
        int from = word.word().length > 1 ? word.word()[1] & 0xff : 0;
        int to = word.word().length > 1 ? from : BYTES - 1;
        for (int second = from; second <= to; second++) {
            int pair = first * BYTES + second;
            List<Word> here = places[pair] == 0 ? List.of() : found.get((places[pair] & 0xff) - 1);
            List<Word> with = new ArrayList<>(here);
            with.add(word);
            place(found, pair, with);
        }
    }

    private void place(List<List<Word>> found, int pair, List<Word> with) {
        int at = found.indexOf(with);
        if (at < 0) {
            at = found.size();
            found.add(with);
        }
        if (at >= BYTES - 1) {
            throw new IllegalStateException("secrets.tsv: too many words begin with different letters");
        }
        places[pair] = (byte) (at + 1);
    }

    /** The patterns that the text may match, a bit for each. */
    long in(byte[] text) {
        long patterns = always;
        int before = text.length == 0 ? 0 : lower(text[0]);
        for (int at = 1; at <= text.length; at++) {
            int next = at < text.length ? lower(text[at]) : 0;
            int place = places[before * BYTES + next];
            if (place != 0) {
                patterns |= at(text, at - 1, words[(place & 0xff) - 1]);
            }
            before = next;
        }
        return patterns;
    }

    private static long at(byte[] text, int start, Word[] candidates) {
        long patterns = 0;
        for (Word candidate : candidates) {
            byte[] word = candidate.word();
            if (start + word.length <= text.length && isAt(text, start, word)) {
                patterns |= candidate.patterns();
            }
        }
        return patterns;
    }

    private static boolean isAt(byte[] text, int start, byte[] word) {
        for (int letter = 0; letter < word.length; letter++) {
            if (lower(text[start + letter]) != (word[letter] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter & 0xff;
    }
}
