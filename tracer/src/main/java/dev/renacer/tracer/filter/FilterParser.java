// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.renacer.tracer.syscall.SyscallTable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the items of a filter. Expressions are RE2's: the agent reads those of tenants, and RE2's time is linear in its
 * input whatever the expression.
 */
final class FilterParser {
    private static final int NEAR = 2;
    private static final int SUGGESTIONS = 3;
    /** The largest number that a capture plan has room for (RC_TABLE_SIZE of capture.h). */
    private static final int LARGEST_NUMBER = 1023;

    private static final String NAMELESS = "syscall_0x";

    private final SyscallTable table = SyscallTable.instance();
    private final SyscallClasses classes = new SyscallClasses();

    List<FilterItem> items(List<String> lists) throws FilterSyntaxException {
        List<FilterItem> items = new ArrayList<>();
        for (String list : lists) {
            for (String item : split(list)) {
                items.add(item(item.strip()));
            }
        }
        return items;
    }

    /** Splits at commas, but not inside /…/. */
    private static List<String> split(String list) throws FilterSyntaxException {
        List<String> items = new ArrayList<>();
        int start = 0;
        while (true) {
            int end = end(list, start);
            items.add(list.substring(start, end));
            if (end == list.length()) {
                return items;
            }
            start = end + 1;
        }
    }

    private static int end(String list, int start) throws FilterSyntaxException {
        int first = start;
        while (first < list.length() && "!? ".indexOf(list.charAt(first)) >= 0) {
            first++;
        }
        if (first == list.length() || list.charAt(first) != '/') {
            int comma = list.indexOf(',', first);
            return comma < 0 ? list.length() : comma;
        }
        for (int index = first + 1; index < list.length(); index++) {
            if (list.charAt(index) == '\\') {
                index++;
            } else if (list.charAt(index) == '/' && (index + 1 == list.length() || list.charAt(index + 1) == ',')) {
                return index + 1;
            }
        }
        throw new FilterSyntaxException("the expression '" + list.substring(first) + "' has no closing '/'");
    }

    private FilterItem item(String item) throws FilterSyntaxException {
        boolean negated = item.startsWith("!");
        String rest = negated ? item.substring(1) : item;
        boolean optional = rest.startsWith("?");
        String text = optional ? rest.substring(1) : rest;
        if (text.isEmpty()) {
            throw new FilterSyntaxException("an item of the filter is empty: '" + item + "' names no call");
        }
        OptionalInt number = number(text);
        if (number.isPresent()) {
            return new FilterItem(text, negated, Set.of(), number);
        }
        Optional<Set<String>> names = text.startsWith("/") ? matching(text) : named(text);
        if (names.isEmpty() && !optional) {
            throw new FilterSyntaxException(unknown(text));
        }
        return new FilterItem(text, negated, names.orElse(Set.of()), OptionalInt.empty());
    }

    /** A decimal number, or the form in which a call without a name is shown; a number may be newer than the table. */
    private static OptionalInt number(String text) throws FilterSyntaxException {
        boolean nameless = text.startsWith(NAMELESS);
        String digits = nameless ? text.substring(NAMELESS.length()) : text;
        if (!digits.matches(nameless ? "[0-9a-f]+" : "[0-9]+")) {
            return OptionalInt.empty();
        }
        BigInteger number = new BigInteger(digits, nameless ? 16 : 10);
        if (number.compareTo(BigInteger.valueOf(LARGEST_NUMBER)) > 0) {
            throw new FilterSyntaxException(
                    "no system call has the number " + text + "; the largest that can be given is " + LARGEST_NUMBER);
        }
        return OptionalInt.of(number.intValue());
    }

    private Optional<Set<String>> matching(String text) throws FilterSyntaxException {
        if (text.length() < 3) {
            throw new FilterSyntaxException("the expression '" + text + "' is empty");
        }
        try {
            Pattern pattern = Pattern.compile(text.substring(1, text.length() - 1));
            Set<String> names = table.names().stream()
                    .filter(name -> pattern.matcher(name).find())
                    .collect(Collectors.toSet());
            return names.isEmpty() ? Optional.empty() : Optional.of(names);
        } catch (PatternSyntaxException e) {
            throw new FilterSyntaxException("the expression '" + text + "' is not valid: "
                    + e.getDescription().toLowerCase(Locale.ROOT));
        }
    }

    private Optional<Set<String>> named(String text) {
        if (text.startsWith("%")) {
            return classes.members(text.substring(1));
        }
        return classes.membersWithoutSign(text)
                .or(() -> table.knows(text) ? Optional.of(Set.of(text)) : Optional.empty());
    }

    private String unknown(String text) {
        if (text.startsWith("/")) {
            return "the expression '" + text + "' matches no system call";
        }
        if (text.startsWith("%")) {
            return "unknown class '" + text + "'; the classes are " + String.join(", ", classes.names());
        }
        List<String> near = near(text.toLowerCase(Locale.ROOT));
        String hint = near.isEmpty()
                ? "; one newer than Linux " + table.kernel() + " can be given by its number"
                : ", did you mean '" + String.join("' or '", near) + "'?";
        return "unknown system call '" + text + "'" + hint;
    }

    /** The nearest names, if they are near enough. */
    private List<String> near(String text) {
        Map<Integer, List<String>> byDistance = Stream.concat(
                        table.names().stream(), SyscallClasses.namesWithoutSign().stream())
                .filter(name -> name.length() > NEAR)
                .collect(Collectors.groupingBy(name -> EditDistance.between(text, name)));
        int nearest =
                byDistance.keySet().stream().min(Comparator.naturalOrder()).orElse(Integer.MAX_VALUE);
        return nearest > NEAR
                ? List.of()
                : byDistance.getOrDefault(nearest, List.of()).stream()
                        .sorted()
                        .limit(SUGGESTIONS)
                        .toList();
    }
}
