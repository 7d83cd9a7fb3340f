// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the node's agent did; written by that agent alone. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeTraceStatus(
        @Nullable Long observedGeneration,
        @JsonPropertyDescription("Assigned, Tracing, Finished.") @Nullable String phase,
        @JsonPropertyDescription("When this was written (RFC 3339).") @Nullable String updateTime,
        @Nullable List<TargetStatus> targets,
        @Nullable TraceTotals totals,
        @JsonPropertyDescription("Why the last export failed; absent while exporting works.") @Nullable String exportFailure,
        @JsonPropertyDescription("Trace ids of the first slices, ten at most.") @Nullable List<String> firstTraceIds) {

    /** What became of one container. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TargetStatus(
            String podUid,
            String containerName,
            String containerId,
            @JsonPropertyDescription("Waiting, Tracing, Finished or Failed.") String state,
            @JsonPropertyDescription("Why, from a closed set.") @Nullable String reason,
            @JsonPropertyDescription("Why, in words a user can act on.") @Nullable String message,
            @JsonPropertyDescription("Since when its processes are traced (RFC 3339).") @Nullable String since,
            @Nullable TraceTotals totals) {}
}
