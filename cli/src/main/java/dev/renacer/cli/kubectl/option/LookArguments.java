// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.cli.CommandFailure;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestSpec.WorkloadRef;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code stuck} lets a user say about the look itself. */
public final class LookArguments {
    /** How long the agents may take for their answer. */
    private static final int WINDOW_SECONDS = 30;
    /** A request that this command could not delete is deleted after this. */
    private static final int LEFT_BEHIND_SECONDS = 300;

    private static final List<String> DETAILS = List.of("None", "Names", "Full");

    @Option(
            names = {"-c", "--container"},
            paramLabel = "NAME",
            split = ",",
            description = "Container to look at; all of the pod if absent. May be repeated.")
    List<String> containers = new ArrayList<>();

    @Option(
            names = "--process",
            paramLabel = "REGEX",
            description = "Only processes with a match in their name (as ps -o comm shows it), and what they started.")
    @Nullable
    String process;

    @Option(
            names = "--arguments",
            paramLabel = "HOW",
            description =
                    "What is shown of calls' arguments: None, Names or Full. Names, or what a TracePolicy allows, if absent.")
    @Nullable
    String arguments;

    @Option(
            names = "--justification",
            paramLabel = "TEXT",
            description = "Why this is looked at, such as the number of an incident; goes to the audit log.")
    @Nullable
    String justification;

    @Option(names = "--keep", description = "Leave the TraceRequest, whose status.looks has the answer.")
    boolean keep;

    /** Whether the request is to stay. */
    public boolean keep() {
        return keep;
    }

    /**
     * Checks all that can be checked without a cluster.
     *
     * @throws CommandFailure if the schema does not allow a value
     */
    public void check() {
        containers.forEach(container -> Rfc1123.label("--container", container));
        if (arguments != null && !DETAILS.contains(arguments)) {
            throw CommandFailure.usage(
                    "--arguments " + arguments + " is unknown; there are " + String.join(", ", DETAILS));
        }
        if (justification != null && justification.isBlank()) {
            throw CommandFailure.usage("--justification is empty; say why, such as the number of an incident");
        }
        if (process != null) {
            SelectionChecks.process(process);
        }
    }

    /**
     * The spec for these pods.
     *
     * @param requester  who asks, if known
     */
    public TraceRequestSpec spec(PodChoice pods, Optional<String> requester) {
        check();
        return new TraceRequestSpec(
                pods instanceof PodChoice.ByName(String podName) ? podName : null,
                pods instanceof PodChoice.BySelector(LabelSelector selector) ? selector : null,
                pods instanceof PodChoice.ByWorkload(WorkloadRef workload) ? workload : null,
                containers.isEmpty() ? null : containers,
                process,
                WINDOW_SECONDS,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                arguments,
                null,
                null,
                null,
                null,
                justification,
                requester.orElse(null),
                null,
                keep ? null : LEFT_BEHIND_SECONDS,
                TraceRequestSpec.LOOK,
                null,
                null,
                null);
    }
}
