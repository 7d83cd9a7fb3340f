// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.operator.plan.TargetPlan;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The answer to "why is nothing happening?". */
final class WhyNotTracing {
    private WhyNotTracing() {}

    /** Why no container is traced, the cause closest to the user first. */
    static Explanation of(Situation situation) {
        TargetPlan plan = situation.plan();
        AgentReports reports = new AgentReports(situation.traces());
        if (plan.matchingPods().isEmpty() && situation.traces().isEmpty()) {
            return new Explanation(
                    Reason.NoPodMatches,
                    "There is no " + plan.selection() + " in namespace \"" + situation.namespace() + "\""
                            + (LookReport.isLook(situation)
                                    ? ""
                                    : "; one that starts before " + situation.deadline() + " is traced"));
        }
        Optional<Explanation> containers = containers(plan);
        boolean nothingYet =
                plan.targets().isEmpty() && situation.traces().stream().allMatch(WhyNotTracing::isUntouched);
        if (nothingYet && containers.isPresent()) {
            return containers.get();
        }
        Optional<Explanation> leftOut = nothingYet ? skipped(plan) : Optional.empty();
        return leftOut.or(() -> refusal(reports))
                .or(() -> silence(situation))
                .or(() -> waiting(reports))
                .or(() -> notRunning(plan, reports))
                .orElseGet(() -> new Explanation(
                        Reason.WaitingForAgent,
                        "Waiting for the agent of "
                                + named("node", List.copyOf(plan.targets().keySet()))));
    }

    /** Whether no container in it was ever assigned, or traced as an awaited one. */
    private static boolean isUntouched(NodeTrace trace) {
        return trace.getSpec().targets().isEmpty()
                && (trace.getStatus() == null
                        || trace.getStatus().totals() == null
                        || trace.getStatus().totals().targets() == 0);
    }

    /** The given names that no matching pod has. */
    static Optional<Explanation> containers(TargetPlan plan) {
        if (plan.missingContainers().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Explanation(
                Reason.ContainerNotFound,
                "There is no " + named("container", List.copyOf(plan.missingContainers())) + " in "
                        + named("pod", List.copyOf(plan.matchingPods())) + "; there "
                        + (plan.existingContainers().size() == 1 ? "is: " : "are: ")
                        + String.join(", ", plan.existingContainers())));
    }

    /** The first container that the plan leaves out. */
    static Optional<Explanation> skipped(TargetPlan plan) {
        return plan.skipped().stream()
                .filter(skip -> skip.reason() != Reason.NotRunning)
                .findFirst()
                .map(skip -> new Explanation(
                        skip.reason(),
                        skip.podName() + "/" + skip.containerName() + ": " + skip.message()
                                + (plan.skipped().size() > 1
                                        ? " (and " + (plan.skipped().size() - 1) + " more)"
                                        : "")));
    }

    /** What an agent refused, in the agent's own words. */
    static Optional<Explanation> refusal(AgentReports reports) {
        return of(reports, reports.inState(TargetState.Failed), Reason.InternalError);
    }

    /** The first node whose agent does not report. */
    static Optional<Explanation> silence(Situation situation) {
        return situation.silent().entrySet().stream()
                .min(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue);
    }

    private static Optional<Explanation> waiting(AgentReports reports) {
        List<TargetStatus> waiting = reports.inState(TargetState.Waiting).stream()
                .filter(target -> target.reason() != null)
                .toList();
        return of(reports, waiting, Reason.WaitingForAgent);
    }

    private static Optional<Explanation> notRunning(TargetPlan plan, AgentReports reports) {
        if (plan.targets().isEmpty()) {
            String message = plan.matchingPods().isEmpty()
                    ? "The pods that were traced are gone"
                    : "No container to trace is running in " + named("pod", List.copyOf(plan.matchingPods()));
            return Optional.of(new Explanation(Reason.ContainerNotRunning, message));
        }
        if (!reports.inState(TargetState.Finished).isEmpty()
                && reports.inState(TargetState.Waiting).isEmpty()) {
            return Optional.of(
                    new Explanation(Reason.ContainerNotRunning, "The processes that were traced have ended"));
        }
        return Optional.empty();
    }

    private static Optional<Explanation> of(AgentReports reports, List<TargetStatus> targets, Reason otherwise) {
        return targets.stream()
                .min(Comparator.comparing((TargetStatus target) -> Objects.requireNonNullElse(target.reason(), ""))
                        .thenComparing(reports::label))
                .map(target -> new Explanation(
                        Optional.ofNullable(target.reason()).flatMap(Reason::of).orElse(otherwise),
                        reports.label(target) + ": "
                                + Objects.requireNonNullElse(target.message(), otherwise.meaning())
                                + (targets.size() > 1 ? " (and " + (targets.size() - 1) + " more)" : "")));
    }

    /** {@code pod "a"}, or {@code pods "a", "b" and 3 more}. */
    static String named(String noun, List<String> names) {
        int shown = Math.min(names.size(), 3);
        String list = String.join(
                ", ",
                names.subList(0, shown).stream().map(name -> '"' + name + '"').toList());
        return noun
                + (names.size() == 1 ? " " : "s ")
                + list
                + (names.size() > shown ? " and " + (names.size() - shown) + " more" : "");
    }
}
