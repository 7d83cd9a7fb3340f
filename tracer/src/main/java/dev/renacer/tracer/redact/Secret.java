// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import com.google.re2j.Pattern;
import dev.renacer.tracer.syscall.DataTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One kind of secret in a text.
 *
 * @param trigger      is in each text with such a secret
 * @param pattern      matches it, with what shows that it is one
 * @param atCut        matches the beginning of one at the end of a text that was cut there; empty if the pattern does
 * @param replacement  takes its place
 */
record Secret(Trigger trigger, LazyPattern pattern, Optional<LazyPattern> atCut, String replacement) {
    /** Of the name of a row: how it is looked for in names of files. */
    private static final String IN_PATHS = "-in-paths";

    /** Those of secrets.tsv, in its order. */
    static List<Secret> inText() {
        return rows(row -> !row[0].endsWith(IN_PATHS));
    }

    /** The same for names of files, of which some have patterns of their own. */
    static List<Secret> inPaths() {
        List<String> own = DataTable.rows(Secret.class, "secrets.tsv").stream()
                .filter(row -> row[0].endsWith(IN_PATHS))
                .map(row -> row[0].substring(0, row[0].length() - IN_PATHS.length()))
                .toList();
        return rows(row -> !own.contains(row[0]));
    }

    private static List<Secret> rows(Predicate<String[]> wanted) {
        return DataTable.rows(Secret.class, "secrets.tsv").stream()
                .filter(wanted)
                .map(row -> new Secret(
                        Trigger.of(row[1]),
                        new LazyPattern(row[2]),
                        row.length > 4 ? Optional.of(new LazyPattern(row[4])) : Optional.empty(),
                        row[3]))
                .toList();
    }

    /**
     * Whatever matches this pattern.
     *
     * @throws com.google.re2j.PatternSyntaxException if it is not a regular expression
     */
    static Secret matching(String pattern) {
        return new Secret(
                Trigger.ANY, new LazyPattern(Pattern.compile(pattern).pattern()), Optional.empty(), Redactor.MARK);
    }

    String replaceIn(String text, boolean cut) {
        String whole = pattern.matcher(text).replaceAll(replacement);
        return cut && atCut.isPresent() ? atCut.get().matcher(whole).replaceAll(replacement) : whole;
    }
}
