// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a request; written by the operator alone. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TraceRequestStatus(
        @JsonPropertyDescription("Generation of the spec this speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Accepted, Tracing, Exporting, Degraded and Succeeded; reasons come from a closed set.")
        @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("When the request was accepted (RFC 3339).") @Nullable
        String startTime,

        @JsonPropertyDescription("When the window ends at the latest (RFC 3339).") @Nullable
        String deadline,

        @JsonPropertyDescription("When the trace was over on every node (RFC 3339).") @Nullable
        String completionTime,

        @JsonPropertyDescription("Nodes that take part.") @Nullable
        Integer nodes,

        @JsonPropertyDescription("Figures of all nodes together.") @Nullable
        TraceTotals totals,

        @JsonPropertyDescription("Trace ids of the first slices, ten at most: where to look in the tracing backend.")
        @Nullable
        List<String> firstTraceIds) {}
