// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which pods of its namespace a request means. */
public sealed interface PodSelection {
    /** Whether the request means this pod. */
    boolean matches(Pod pod);

    /** How it reads in a message: {@code pod "a"} or {@code pod matching app=a}. */
    String description();

    /**
     * The selection of a request.
     *
     * @throws IllegalArgumentException if the spec has neither or both; the schema forbids it
     */
    static PodSelection of(TraceRequestSpec spec) {
        if ((spec.podName() == null) == (spec.selector() == null)) {
            throw new IllegalArgumentException("exactly one of podName and selector must be set");
        }
        return spec.podName() != null
                ? new Named(spec.podName())
                : new Labelled(Objects.requireNonNull(spec.selector()));
    }

    /** One pod by name. */
    record Named(String name) implements PodSelection {
        @Override
        public boolean matches(Pod pod) {
            return pod.getMetadata().getName().equals(name);
        }

        @Override
        public String description() {
            return "pod \"" + name + "\"";
        }
    }

    /** Pods by label, with the API's rules: every label and every expression must hold. */
    record Labelled(LabelSelector selector) implements PodSelection {
        /** What an expression may say. */
        static final List<String> OPERATORS = List.of("In", "NotIn", "Exists", "DoesNotExist");

        @Override
        public boolean matches(Pod pod) {
            Map<String, String> labels =
                    Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
            return matchLabels().entrySet().stream()
                            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
                    && matchExpressions().stream().allMatch(expression -> holds(expression, labels));
        }

        @Override
        public String description() {
            StringBuilder text = new StringBuilder("pod matching ");
            String separator = "";
            for (Map.Entry<String, String> label : matchLabels().entrySet()) {
                text.append(separator).append(label.getKey()).append('=').append(label.getValue());
                separator = ",";
            }
            for (LabelSelectorRequirement expression : matchExpressions()) {
                text.append(separator).append(expression.getKey()).append(' ').append(expression.getOperator());
                if (!values(expression).isEmpty()) {
                    text.append(" (")
                            .append(String.join(",", values(expression)))
                            .append(')');
                }
                separator = ",";
            }
            return text.toString();
        }

        private Map<String, String> matchLabels() {
            return Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
        }

        private List<LabelSelectorRequirement> matchExpressions() {
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
                    throw new IllegalArgumentException(
                            "selector: operator \"" + expression.getOperator() + "\" is none of " + OPERATORS);
            };
        }
    }
}
