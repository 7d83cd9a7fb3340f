// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.status;

import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** What a request asks for, in words. */
record RequestWords(TraceRequestSpec spec) {
    /** Which calls. */
    String what() {
        List<String> parts = new ArrayList<>();
        parts.add(
                spec.syscalls() == null || spec.syscalls().isEmpty()
                        ? "every system call"
                        : "the system calls " + String.join(", ", spec.syscalls()));
        subjects().ifPresent(parts::add);
        if (Boolean.TRUE.equals(spec.onlyErrors())) {
            parts.add("All".equals(spec.errorStatus()) ? "that failed in whatever way" : "that failed");
        }
        if (spec.minDurationMicros() != null && spec.minDurationMicros() > 0) {
            parts.add("that took at least " + spec.minDurationMicros() + " us");
        }
        if (Boolean.TRUE.equals(spec.sourceLocations())) {
            parts.add("with their place in the source");
        }
        if (spec.arguments() != null) {
            parts.add(arguments(spec.arguments()));
        }
        if (spec.traceParent() != null) {
            parts.add("in the trace of " + spec.traceParent());
        }
        if (TraceRequestSpec.KEEP_UNSAMPLED.equals(spec.unsampled())) {
            parts.add("and those for traces that the application does not record");
        }
        return String.join(" ", parts);
    }

    private Optional<String> subjects() {
        List<String> subjects = new ArrayList<>();
        if (spec.paths() != null && !spec.paths().isEmpty()) {
            subjects.add("about " + String.join(" or ", spec.paths()));
        }
        if (spec.peers() != null && !spec.peers().isEmpty()) {
            subjects.add("with the peer " + String.join(" or ", spec.peers()));
        }
        return subjects.isEmpty() ? Optional.empty() : Optional.of(String.join(" or ", subjects));
    }

    private static String arguments(String detail) {
        return switch (detail) {
            case "None" -> "without their arguments";
            case "Full" -> "with all their arguments";
            default -> "with the names among their arguments";
        };
    }

    /** Of which pods, containers and processes. */
    String whose() {
        String pods;
        if (spec.podName() != null) {
            pods = "pod " + spec.podName();
        } else if (spec.workloadRef() != null) {
            pods = "the pods of " + spec.workloadRef().kind() + " "
                    + spec.workloadRef().name();
        } else {
            pods = "the pods with " + selector(spec.selector() == null ? new LabelSelector() : spec.selector());
        }
        String containers = spec.containers() == null || spec.containers().isEmpty()
                ? ", all containers"
                : ", containers " + String.join(", ", spec.containers());
        String processes = spec.process() == null ? "" : ", processes whose name matches " + spec.process();
        return pods + containers + processes;
    }

    /** For how long, how many and at what cost. */
    String limits() {
        int seconds = Objects.requireNonNullElse(spec.durationSeconds(), TraceRequestSpec.DEFAULT_DURATION_SECONDS);
        int budget =
                Objects.requireNonNullElse(spec.maxSpansPerSecond(), TraceRequestSpec.DEFAULT_MAX_SPANS_PER_SECOND);
        String slowdown = spec.safety() == null || spec.safety().maxSlowdownPercent() == null
                ? ""
                : ", a slowdown of " + spec.safety().maxSlowdownPercent() + " %";
        return String.format(Locale.ROOT, "%d s, %,d spans/s of a container%s", seconds, budget, slowdown)
                + (TraceRequestSpec.ALL_CALLS.equals(spec.volume())
                        ? ", a span for each call"
                        : ", folded to what is readable")
                + sampling()
                + (Boolean.TRUE.equals(spec.stop()) ? "; asked to stop" : "");
    }

    private String sampling() {
        int rules = spec.sampling() == null ? 0 : spec.sampling().size();
        return rules == 0 ? "" : ", sampled by " + Figures.counted(rules, "rule", "rules");
    }

    /** A label selector as kubectl writes it. */
    static String selector(LabelSelector selector) {
        List<String> parts = new ArrayList<>();
        if (selector.getMatchLabels() != null) {
            selector.getMatchLabels().forEach((key, value) -> parts.add(key + "=" + value));
        }
        if (selector.getMatchExpressions() != null) {
            selector.getMatchExpressions().forEach(requirement -> parts.add(requirement(requirement)));
        }
        return String.join(",", parts);
    }

    private static String requirement(LabelSelectorRequirement requirement) {
        String values = "(" + String.join(",", requirement.getValues()) + ")";
        return switch (requirement.getOperator()) {
            case "In" -> requirement.getKey() + " in " + values;
            case "NotIn" -> requirement.getKey() + " notin " + values;
            case "DoesNotExist" -> "!" + requirement.getKey();
            default -> requirement.getKey();
        };
    }
}
