// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.status;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What became of each container, as the agents of its nodes report.
 *
 * @param node       the node
 * @param pod        name of the pod
 * @param container  name of the container
 * @param status     the agent's report; empty if there is none yet
 */
public record Attachments(String node, String pod, String container, Optional<TargetStatus> status) {
    private static final Set<Reason> VERDICTS = EnumSet.of(Reason.UnknownSyscall, Reason.InvalidProcessPattern);

    /** One for each container that is assigned or was reported, in the order of the nodes. */
    public static List<Attachments> of(List<NodeTrace> traces) {
        List<Attachments> all = new ArrayList<>();
        for (NodeTrace trace : traces) {
            Map<String, Target> assigned = new HashMap<>();
            List<Target> targets = trace.getSpec().targets() == null
                    ? List.of()
                    : trace.getSpec().targets();
            targets.forEach(target -> assigned.put(target.containerId(), target));
            List<TargetStatus> reported =
                    trace.getStatus() == null || trace.getStatus().targets() == null
                            ? List.of()
                            : trace.getStatus().targets();
            String node = trace.getSpec().nodeName();
            for (TargetStatus status : reported) {
                Target target = assigned.remove(status.containerId());
                String pod = target != null
                        ? target.podName()
                        // An agent of an earlier version does not name it.
                        : Objects.requireNonNullElse(status.podName(), "(uid " + status.podUid() + ")");
                all.add(new Attachments(node, pod, status.containerName(), Optional.of(status)));
            }
            assigned.values()
                    .forEach(target ->
                            all.add(new Attachments(node, target.podName(), target.containerName(), Optional.empty())));
        }
        return all;
    }

    /** Whether it could not be traced, or is held up. */
    public boolean isFailed() {
        return status.filter(reported -> TargetState.Failed.name().equals(reported.state()))
                .isPresent();
    }

    /**
     * That it is or was attached, in one line; empty while it is not. How many processes it has stands in the figures: the first report
     * comes with the first process, before its others are found.
     */
    public String told() {
        return status.map(this::attached).orElse("");
    }

    private String attached(TargetStatus reported) {
        String where = pod + "/" + container + " on " + node;
        if (TargetState.Tracing.name().equals(reported.state())) {
            return "Attached " + where;
        }
        return TargetState.Finished.name().equals(reported.state()) && reported.since() != null
                ? "Attached " + where + ", and detached"
                : "";
    }

    /** Why it is not traced; of a failed one only. */
    public TraceFacts.Fact failure() {
        return TraceFacts.Fact.untraced(
                pod + "/" + container,
                node,
                "Failed",
                status.map(TargetStatus::reason).orElse(""),
                status.map(TargetStatus::message).orElse(""));
    }

    /**
     * What the agent refuses of the request itself, so that no other container fares better: it holds the tables of system calls
     * and the engine of patterns.
     */
    public static Optional<TargetStatus> verdict(List<Attachments> containers) {
        return containers.stream()
                .flatMap(container -> container.status.stream())
                .filter(status -> status.reason() != null
                        && Reason.of(status.reason()).filter(VERDICTS::contains).isPresent())
                .findFirst();
    }

    /** The reason and the message, as far as there are any. */
    public static String why(TargetStatus status) {
        String reason = status.reason() == null ? "" : " (" + status.reason() + ")";
        String message = status.message() == null || status.message().isEmpty() ? "" : ": " + status.message();
        return reason + message;
    }

    /** What makes two reports one to a reader: a container's life, whatever became of it since. */
    public String key() {
        return node + "/" + pod + "/" + container + "/"
                + status.map(TargetStatus::containerId).orElse("");
    }
}
