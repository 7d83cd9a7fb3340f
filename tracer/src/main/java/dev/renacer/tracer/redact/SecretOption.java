// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.renacer.tracer.syscall.DataTable;
import java.util.List;

/**
 * An option of a program that is followed by a secret.
 *
 * @param programs  matches the names of the programs that have it, without their folder
 * @param option    matches the argument
 * @param where     where the secret is
 */
record SecretOption(Pattern programs, Pattern option, Where where) {
    /** Where the secret of an option is. */
    enum Where {
        /** It is the argument that follows. */
        NEXT,
        /** It is what stands after the first colon of the argument that follows. */
        NEXT_AFTER_COLON,
        /** It is the rest of the same argument, behind the pattern's first group. */
        REST;

        private static Where of(String word) {
            return switch (word) {
                case "next" -> NEXT;
                case "next-after-colon" -> NEXT_AFTER_COLON;
                case "rest" -> REST;
                default -> throw new IllegalStateException("options.tsv has the unknown word " + word);
            };
        }
    }

    /** Those of options.tsv. */
    static List<SecretOption> known() {
        return DataTable.rows(SecretOption.class, "options.tsv").stream()
                .map(row -> new SecretOption(Pattern.compile(row[0]), Pattern.compile(row[1]), Where.of(row[2])))
                .toList();
    }

    boolean isOf(String program) {
        return programs.matches(program);
    }

    /** Replaces the secret that this argument's option is followed by, if it is this option. */
    void replaceIn(List<String> arguments, int at) {
        Matcher matcher = option.matcher(arguments.get(at));
        if (!matcher.matches()) {
            return;
        }
        if (where == Where.REST) {
            arguments.set(at, matcher.group(1) + Redactor.MARK);
        } else if (at + 1 < arguments.size()) {
            arguments.set(at + 1, next(arguments.get(at + 1)));
        }
    }

    private String next(String argument) {
        int colon = where == Where.NEXT ? -1 : argument.indexOf(':');
        return where == Where.NEXT_AFTER_COLON && colon < 0 ? argument : argument.substring(0, colon + 1) + Redactor.MARK;
    }
}
