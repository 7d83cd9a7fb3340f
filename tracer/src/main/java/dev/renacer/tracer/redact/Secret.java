// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import com.google.re2j.Pattern;
import dev.renacer.tracer.syscall.DataTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * One kind of secret in a text.
 *
 * @param triggers     lower-case bytes, one of which is in each text with such a secret; none: it may be in any text
 * @param pattern      matches it, with what shows that it is one
 * @param replacement  takes its place
 */
record Secret(List<byte[]> triggers, Pattern pattern, String replacement) {
    /** Those of secrets.tsv, in its order. */
    static List<Secret> known() {
        return DataTable.rows(Secret.class, "secrets.tsv").stream()
                .map(row -> new Secret(
                        List.of(row[1].split(" ")).stream()
                                .map(text -> text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1))
                                .toList(),
                        Pattern.compile(row[2]),
                        row[3]))
                .toList();
    }

    /** Whatever matches this pattern. */
    static Secret matching(String pattern) {
        return new Secret(List.of(), Pattern.compile(pattern), Redactor.MARK);
    }

    /** Whether the text may hold such a secret. */
    boolean isPossibleIn(byte[] text) {
        if (triggers.isEmpty()) {
            return true;
        }
        for (byte[] trigger : triggers) {
            if (contains(text, trigger)) {
                return true;
            }
        }
        return false;
    }

    String replaceIn(String text) {
        return pattern.matcher(text).replaceAll(replacement);
    }

    private static boolean contains(byte[] text, byte[] trigger) {
        for (int at = 0; at + trigger.length <= text.length; at++) {
            int same = 0;
            while (same < trigger.length && lower(text[at + same]) == trigger[same]) {
                same++;
            }
            if (same == trigger.length) {
                return true;
            }
        }
        return false;
    }

    private static byte lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter + ('a' - 'A')) : letter;
    }
}
