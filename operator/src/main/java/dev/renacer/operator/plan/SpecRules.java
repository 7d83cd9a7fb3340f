// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The schema's rules once more: a server that stands in for the API server, as in the quickstart, holds none. */
final class SpecRules {
    private static final int LONGEST_SECONDS = 3600;
    private static final int MOST_SPANS_PER_SECOND = 100_000;

    private SpecRules() {}

    static List<String> broken(TraceRequestSpec spec) {
        List<String> broken = new ArrayList<>();
        long selections = Stream.of(spec.podName(), spec.selector(), spec.workloadRef())
                .filter(Objects::nonNull)
                .count();
        if (selections != 1) {
            broken.add("exactly one of podName, selector and workloadRef must be set");
        }
        if (spec.selector() != null) {
            selector(broken, spec.selector());
        }
        range(broken, "durationSeconds", spec.durationSeconds(), LONGEST_SECONDS);
        range(broken, "maxSpansPerSecond", spec.maxSpansPerSecond(), MOST_SPANS_PER_SECOND);
        List<String> syscalls = Objects.requireNonNullElse(spec.syscalls(), List.of());
        if (syscalls.size() > TraceRequestSpec.MOST_SYSCALLS) {
            broken.add("syscalls has " + syscalls.size() + " entries: it may have " + TraceRequestSpec.MOST_SYSCALLS);
        }
        for (String syscall : syscalls) {
            // The length first: the pattern of a long one would be a deep recursion.
            if (syscall.length() > TraceRequestSpec.LONGEST_SYSCALL
                    || !syscall.matches(TraceRequestSpec.SYSCALL_PATTERN)) {
                broken.add("syscalls: \"" + UserText.quoted(syscall)
                        + "\" is neither a name, a class nor one /regular expression/");
            }
        }
        return broken;
    }

    private static void selector(List<String> broken, LabelSelector selector) {
        List<LabelSelectorRequirement> expressions =
                Objects.requireNonNullElse(selector.getMatchExpressions(), List.of());
        if (expressions.isEmpty()
                && Objects.requireNonNullElse(selector.getMatchLabels(), Map.of())
                        .isEmpty()) {
            broken.add("selector is empty and would match every pod of the namespace: give matchLabels or"
                    + " matchExpressions");
        }
        for (LabelSelectorRequirement expression : expressions) {
            if (!Labels.OPERATORS.contains(expression.getOperator())) {
                broken.add("selector: operator \"" + expression.getOperator() + "\" is none of "
                        + String.join(", ", Labels.OPERATORS));
            }
        }
    }

    private static void range(List<String> broken, String field, @Nullable Integer value, int most) {
        if (value != null && (value < 1 || value > most)) {
            broken.add(field + " is " + value + ": it must be between 1 and " + most);
        }
    }
}
