// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.cli.CommandFailure;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the label selectors kubectl takes after {@code -l}: {@code a=b,c!=d,e in (f,g),h notin (i),j,!k}
 * (kubernetes.io, Labels and Selectors).
 */
public final class LabelSelectors {
    private static final String KEY = "(?<key>(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)";
    private static final String VALUE = "(?<value>(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?)";
    private static final Pattern EQUALITY = Pattern.compile(KEY + "\\s*(?<operator>==|=|!=)\\s*" + VALUE);
    private static final Pattern SET = Pattern.compile(KEY + "\\s+(?<operator>in|notin)\\s*\\((?<value>[^()]*)\\)");
    private static final Pattern EXISTS = Pattern.compile("(?<operator>!?)\\s*" + KEY);
    /** Commas that part requirements: those outside of parentheses. */
    private static final Pattern SEPARATOR = Pattern.compile(",(?![^(]*\\))");

    private LabelSelectors() {}

    /**
     * Reads a selector.
     *
     * @throws CommandFailure if it is empty or malformed; an empty one would choose every pod of the namespace
     */
    public static LabelSelector parse(String text) {
        if (text.isBlank()) {
            throw CommandFailure.usage("the selector is empty and would choose every pod of the namespace; write it as"
                    + " -l app=web ('kubectl get pods --show-labels' shows the labels)");
        }
        LabelSelectorBuilder selector = new LabelSelectorBuilder();
        for (String part : SEPARATOR.split(text, -1)) {
            add(selector, part.strip(), text);
        }
        return selector.build();
    }

    private static void add(LabelSelectorBuilder selector, String part, String whole) {
        Matcher equality = EQUALITY.matcher(part);
        Matcher set = SET.matcher(part);
        Matcher exists = EXISTS.matcher(part);
        if (equality.matches()) {
            String value = equality.group("value");
            if (equality.group("operator").equals("!=")) {
                selector.addToMatchExpressions(requirement(equality.group("key"), "NotIn", List.of(value)));
            } else {
                selector.addToMatchLabels(equality.group("key"), value);
            }
        } else if (set.matches()) {
            List<String> values = new ArrayList<>();
            Arrays.stream(set.group("value").split(",", -1)).map(String::strip).forEach(values::add);
            String operator = set.group("operator").equals("in") ? "In" : "NotIn";
            selector.addToMatchExpressions(requirement(set.group("key"), operator, values));
        } else if (exists.matches()) {
            String operator = exists.group("operator").isEmpty() ? "Exists" : "DoesNotExist";
            selector.addToMatchExpressions(requirement(exists.group("key"), operator, List.of()));
        } else {
            throw CommandFailure.usage("'" + whole + "' is not a label selector (at '" + part
                    + "'); write it as -l app=web,tier!=cache or -l 'app in (web,api)'");
        }
    }

    private static LabelSelectorRequirement requirement(String key, String operator, List<String> values) {
        return new LabelSelectorRequirementBuilder()
                .withKey(key)
                .withOperator(operator)
                .withValues(values)
                .build();
    }
}
