// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.Spelling;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A set of numbers in strace's grammar: {@code [!]none}, {@code [!]all}, or {@code [!]} and what is in it, separated by
 * commas. Each {@code !} in front inverts the whole. Immutable.
 *
 * @param members   what is in it
 * @param inverted  whether everything else is in it instead
 */
record NumberSet(Set<Integer> members, boolean inverted) implements IntPredicate {
    private static final String SIG = "SIG";

    NumberSet {
        members = Set.copyOf(members);
    }

    /**
     * Reads one.
     *
     * @param qualifier  what it is given to, for the message
     * @param member     the number of a word; empty: it has none
     * @param advice     what to say of a word that has none
     * @throws CommandFailure if it cannot be understood
     */
    static NumberSet parse(
            String qualifier,
            String list,
            Function<String, Optional<Integer>> member,
            Function<String, String> advice) {
        boolean inverted = false;
        int start = 0;
        while (start < list.length() && list.charAt(start) == '!') {
            inverted = !inverted;
            start++;
        }
        String rest = list.substring(start);
        if (rest.equals("none")) {
            return new NumberSet(Set.of(), inverted);
        }
        if (rest.equals("all")) {
            return new NumberSet(Set.of(), !inverted);
        }
        Set<Integer> members = new HashSet<>();
        for (String word : rest.split(",", -1)) {
            members.add(member.apply(word)
                    .orElseThrow(() -> CommandFailure.usage(
                            "-e " + qualifier + "=" + list + ": '" + word + "' " + advice.apply(word))));
        }
        return new NumberSet(members, inverted);
    }

    /** Reads a set of descriptors. */
    static NumberSet ofDescriptors(String qualifier, String list) {
        return parse(
                qualifier,
                list,
                word -> word.matches("[0-9]{1,9}") ? Optional.of(Integer.valueOf(word)) : Optional.empty(),
                _ -> "is not a descriptor; give numbers, as in -e " + qualifier + "=0,3");
    }

    /** Reads a set of signals: names with or without SIG, in any case, and numbers. */
    static Set<Integer> ofSignals(String list) {
        Map<String, Integer> numbers = IntStream.rangeClosed(1, SignalNames.LAST)
                .boxed()
                .collect(Collectors.toMap(number -> withoutSig(SignalNames.of(number)), number -> number));
        return parse(
                        "signal",
                        list,
                        word -> signal(numbers, word),
                        word -> signalAdvice(List.copyOf(numbers.keySet()), word))
                .within(1, SignalNames.LAST);
    }

    private static Optional<Integer> signal(Map<String, Integer> numbers, String word) {
        if (word.matches("[0-9]{1,3}")) {
            int number = Integer.parseInt(word);
            return number >= 1 && number <= SignalNames.LAST ? Optional.of(number) : Optional.empty();
        }
        return Optional.ofNullable(numbers.get(withoutSig(word.toUpperCase(Locale.ROOT))));
    }

    private static String signalAdvice(List<String> known, String word) {
        return "is not a signal"
                + Spelling.closest(withoutSig(word.toUpperCase(Locale.ROOT)), known)
                        .map(near -> ", did you mean '" + SIG + near + "'?")
                        .orElse("; give names or numbers from 1 to " + SignalNames.LAST
                                + ", as in -e signal=SIGINT,term,9");
    }

    private static String withoutSig(String name) {
        return name.startsWith(SIG) ? name.substring(SIG.length()) : name;
    }

    @Override
    public boolean test(int number) {
        return members.contains(number) != inverted;
    }

    /** Those of {@code from} to {@code to}, both included, that are in it. */
    Set<Integer> within(int from, int to) {
        Set<Integer> all = new HashSet<>();
        IntStream.rangeClosed(from, to).filter(this).forEach(all::add);
        return all;
    }
}
