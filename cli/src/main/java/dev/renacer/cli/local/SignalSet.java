// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.Spelling;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The set of signals of {@code -e signal=}. */
final class SignalSet {
    private static final String PREFIX = "SIG";

    private SignalSet() {}

    /** Reads one: names with or without SIG, in any case, and numbers. */
    static Set<Integer> parse(String list) {
        Map<String, Integer> numbers = IntStream.rangeClosed(1, SignalNames.LAST)
                .boxed()
                .collect(Collectors.toMap(number -> withoutPrefix(SignalNames.of(number)), number -> number));
        return NumberSet.parse(
                        "signal",
                        list,
                        word -> number(numbers, word),
                        word -> advice(List.copyOf(numbers.keySet()), word))
                .within(1, SignalNames.LAST);
    }

    private static Optional<Integer> number(Map<String, Integer> numbers, String word) {
        if (word.matches("[0-9]{1,3}")) {
            int number = Integer.parseInt(word);
            return number >= 1 && number <= SignalNames.LAST ? Optional.of(number) : Optional.empty();
        }
        return Optional.ofNullable(numbers.get(withoutPrefix(word.toUpperCase(Locale.ROOT))));
    }

    private static String advice(List<String> known, String word) {
        return "is not a signal"
                + Spelling.closest(withoutPrefix(word.toUpperCase(Locale.ROOT)), known)
                        .map(near -> ", did you mean '" + PREFIX + near + "'?")
                        .orElse("; give names or numbers from 1 to " + SignalNames.LAST
                                + ", as in -e signal=SIGINT,term,9");
    }

    private static String withoutPrefix(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }
}
