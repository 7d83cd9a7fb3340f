// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Matches labels with the API's rules: every label and every expression of a selector must hold. */
public final class Labels {
    /** Operators that compare a label with values, and those that have none. */
    private static final List<String> WITH_VALUES = List.of("In", "NotIn");

    private static final List<String> WITHOUT_VALUES = List.of("Exists", "DoesNotExist");

    /** Splits at commas that are not between parentheses. */
    private static final Pattern REQUIREMENTS = Pattern.compile(",(?![^(]*\\))");

    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");
    private static final Pattern EQUALITY = Pattern.compile("([^\\s=!]+)\\s*(==|=|!=)\\s*([^\\s=]*)");

    private Labels() {}

    /** Whether every expression says what can be matched, and there is something to match. */
    static boolean isKnown(LabelSelector selector) {
        return matchLabels(selector).size() + matchExpressions(selector).size() > 0
                && matchExpressions(selector).stream()
                        .allMatch(expression -> (values(expression).isEmpty() ? WITHOUT_VALUES : WITH_VALUES)
                                .contains(expression.getOperator()));
    }

    /** Whether the labels satisfy the selector; an empty one matches everything. */
    static boolean match(LabelSelector selector, Map<String, String> labels) {
        return matchLabels(selector).entrySet().stream()
                        .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
                && matchExpressions(selector).stream().allMatch(expression -> holds(expression, labels));
    }

    /** The selector as {@code kubectl get -l} would be given it. */
    static String text(LabelSelector selector) {
        List<String> parts = new ArrayList<>();
        matchLabels(selector).forEach((name, value) -> parts.add(name + "=" + value));
        for (LabelSelectorRequirement expression : matchExpressions(selector)) {
            String values = values(expression).isEmpty() ? "" : " (" + String.join(",", values(expression)) + ")";
            parts.add(expression.getKey() + " " + expression.getOperator() + values);
        }
        return String.join(",", parts);
    }

    /**
     * Reads the text form of a selector, as a scale subresource's {@code status.selector} has it.
     *
     * @throws IllegalArgumentException if it is not a selector
     */
    public static LabelSelector parse(String text) {
        Map<String, String> labels = new TreeMap<>();
        List<LabelSelectorRequirement> expressions = new ArrayList<>();
        for (String part : REQUIREMENTS.split(text, -1)) {
            String requirement = part.strip();
            Matcher set = SET.matcher(requirement);
            Matcher equality = EQUALITY.matcher(requirement);
            if (set.matches()) {
                expressions.add(expression(
                        set.group(1),
                        set.group(2).equals("in") ? "In" : "NotIn",
                        List.of(set.group(3).strip().split("\\s*,\\s*", -1))));
            } else if (equality.matches()) {
                if (equality.group(2).equals("!=")) {
                    expressions.add(expression(equality.group(1), "NotIn", List.of(equality.group(3))));
                } else {
                    labels.put(equality.group(1), equality.group(3));
                }
            } else if (requirement.matches("![^\\s=!]+")) {
                expressions.add(expression(requirement.substring(1), "DoesNotExist", List.of()));
            } else if (requirement.matches("[^\\s=!]+")) {
                expressions.add(expression(requirement, "Exists", List.of()));
            } else {
                throw new IllegalArgumentException("\"" + requirement + "\" is not a label requirement");
            }
        }
        LabelSelector selector = new LabelSelector();
        selector.setMatchLabels(labels);
        selector.setMatchExpressions(expressions);
        return selector;
    }

    private static LabelSelectorRequirement expression(String key, String operator, List<String> values) {
        return new LabelSelectorRequirement(key, operator, values);
    }

    private static Map<String, String> matchLabels(LabelSelector selector) {
        return Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
    }

    private static List<LabelSelectorRequirement> matchExpressions(LabelSelector selector) {
        return Objects.requireNonNullElse(selector.getMatchExpressions(), List.of());
    }

    private static List<String> values(LabelSelectorRequirement expression) {
        return Objects.requireNonNullElse(expression.getValues(), List.of());
    }

    private static boolean holds(LabelSelectorRequirement expression, Map<String, String> labels) {
        boolean present = labels.containsKey(expression.getKey());
        boolean listed = present && values(expression).contains(labels.get(expression.getKey()));
        return switch (expression.getOperator()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> present;
            case "DoesNotExist" -> !present;
            default ->
                throw new IllegalArgumentException("selector: operator \"" + expression.getOperator() + "\" is none of "
                        + WITH_VALUES + WITHOUT_VALUES);
        };
    }
}
