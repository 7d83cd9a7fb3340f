// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import com.google.re2j.Matcher;
import dev.renacer.tracer.syscall.DataTable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An option of a program that is followed by a secret.
 *
 * @param programs  the names of the programs that have it, without their folder; * at the end stands for anything
 * @param trigger   is in each such argument
 * @param option    matches the argument
 * @param where     where the secret is
 */
record SecretOption(List<String> programs, Trigger trigger, LazyPattern option, Where where) {
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
                .map(row -> new SecretOption(
                        List.of(row[0].split(" ")),
                        row[1].equals("-") ? Trigger.ANY : Trigger.of(row[1]),
                        new LazyPattern(row[2]),
                        Where.of(row[3])))
                .toList();
    }

    boolean isOf(String program) {
        return programs.stream()
                .anyMatch(name -> name.endsWith("*")
                        ? program.startsWith(name.substring(0, name.length() - 1))
                        : program.equals(name));
    }

    /** Replaces the secret that this argument's option is followed by, if it is this option. */
    void replaceIn(List<String> arguments, int at) {
        String argument = arguments.get(at);
        if (!argument.startsWith("-") || !trigger.isIn(argument.getBytes(StandardCharsets.ISO_8859_1))) {
            return;
        }
        Matcher matcher = option.matcher(argument);
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
        return where == Where.NEXT_AFTER_COLON && colon < 0
                ? argument
                : argument.substring(0, colon + 1) + Redactor.MARK;
    }
}
