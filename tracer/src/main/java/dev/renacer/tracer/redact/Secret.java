// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import com.google.re2j.Pattern;
import dev.renacer.tracer.syscall.DataTable;
import java.util.List;

/**
 * One kind of secret in a text.
 *
 * @param trigger      is in each text with such a secret
 * @param pattern      matches it, with what shows that it is one
 * @param replacement  takes its place
 */
record Secret(Trigger trigger, LazyPattern pattern, String replacement) {
    /** Those of secrets.tsv, in its order. */
    static List<Secret> known() {
        return DataTable.rows(Secret.class, "secrets.tsv").stream()
                .map(row -> new Secret(Trigger.of(row[1]), new LazyPattern(row[2]), row[3]))
                .toList();
    }

    /**
     * Whatever matches this pattern.
     *
     * @throws com.google.re2j.PatternSyntaxException if it is not a regular expression
     */
    static Secret matching(String pattern) {
        return new Secret(Trigger.ANY, new LazyPattern(Pattern.compile(pattern).pattern()), Redactor.MARK);
    }

    String replaceIn(String text) {
        return pattern.matcher(text).replaceAll(replacement);
    }
}
