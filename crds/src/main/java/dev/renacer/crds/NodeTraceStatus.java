// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the node's agent did; written by that agent alone. The values of {@code phase}, {@code state} and {@code reason} are the
 * constants of {@link NodeTracePhase}, {@link TargetState} and {@link Reason}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeTraceStatus(
        @JsonPropertyDescription("Generation of the spec this speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Assigned, Tracing or Finished. Finished is final: every process is detached, what could be sent is"
                        + " sent.")
        @Nullable
        String phase,

        @JsonPropertyDescription("When this was written (RFC 3339).") @Nullable
        String updateTime,

        @JsonPropertyDescription("The containers of the spec, one entry each.") @Nullable
        List<TargetStatus> targets,

        @JsonPropertyDescription("Figures of every container traced so far, those that have left the spec included.")
        @Nullable
        TraceTotals totals,

        @JsonPropertyDescription("Why the last export failed; absent while exporting works.") @Nullable
        String exportFailure,

        @JsonPropertyDescription("Trace ids of the first slices, ten at most.") @Nullable
        List<String> firstTraceIds) {

    /** What became of one container. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TargetStatus(
            @JsonPropertyDescription("UID of the pod.") String podUid,

            @JsonPropertyDescription("Name of the container.")
            String containerName,

            @JsonPropertyDescription("ID of the container.") String containerId,

            @JsonPropertyDescription("Waiting, Tracing, Finished or Failed.")
            String state,

            @JsonPropertyDescription("Why, from a closed set.") @Nullable
            String reason,

            @JsonPropertyDescription("Why, in words a user can act on.") @Nullable
            String message,

            @JsonPropertyDescription("Since when its processes are traced (RFC 3339).") @Nullable
            String since,

            @JsonPropertyDescription("Figures of this container.") @Nullable
            TraceTotals totals) {}
}
