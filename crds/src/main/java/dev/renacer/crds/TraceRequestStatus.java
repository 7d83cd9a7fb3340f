// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of a request; written only by the operator. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TraceRequestStatus(
        @JsonPropertyDescription("Generation of the spec this refers to.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Accepted, Tracing, Exporting, Degraded and Succeeded; reasons come from a closed set.")
        @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("When the request was admitted and its window began (RFC 3339).") @Nullable
        String startTime,

        @JsonPropertyDescription("When the window ends at the latest (RFC 3339).") @Nullable
        String deadline,

        @JsonPropertyDescription("When the trace was over on every node (RFC 3339).") @Nullable
        String completionTime,

        @JsonPropertyDescription("Nodes that take part.") @Nullable
        Integer nodes,

        @JsonPropertyDescription("Figures of all nodes together.") @Nullable
        TraceTotals totals,

        @JsonPropertyDescription("Trace ids of the first slices, at most ten: where to look in the tracing backend.")
        @Nullable
        List<String> firstTraceIds,

        @JsonPropertyDescription("Containers that are meant but not traced, by reason.") @Nullable
        List<Skipped> skipped,

        @JsonPropertyDescription("Name of the TraceSink the spans go to.") @Nullable
        String sink,

        @JsonPropertyDescription("Names of the TracePolicies that were applied.") @Nullable
        List<String> policies,

        @JsonPropertyDescription(
                "What was found in the containers, if the request asks for a look (spec.mode); at most 256 KiB.")
        @Nullable
        List<ContainerLook> looks) {
    /** A status of a trace. */
    public TraceRequestStatus(
            @Nullable Long observedGeneration,
            @Nullable List<Condition> conditions,
            @Nullable String startTime,
            @Nullable String deadline,
            @Nullable String completionTime,
            @Nullable Integer nodes,
            @Nullable TraceTotals totals,
            @Nullable List<String> firstTraceIds,
            @Nullable List<Skipped> skipped,
            @Nullable String sink,
            @Nullable List<String> policies) {
        this(
                observedGeneration,
                conditions,
                startTime,
                deadline,
                completionTime,
                nodes,
                totals,
                firstTraceIds,
                skipped,
                sink,
                policies,
                null);
    }

    /** The same without what looks found, which is long and which no decision depends on. */
    public TraceRequestStatus withoutLooks() {
        return looks == null
                ? this
                : new TraceRequestStatus(
                        observedGeneration,
                        conditions,
                        startTime,
                        deadline,
                        completionTime,
                        nodes,
                        totals,
                        firstTraceIds,
                        skipped,
                        sink,
                        policies);
    }

    /** Containers that are not traced for one reason. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Skipped(
            @JsonPropertyDescription("Why, from a closed set.")
            String reason,

            @JsonPropertyDescription("How many containers.") int count,

            @JsonPropertyDescription("Some of them; at most ten over all reasons.") @Nullable
            List<Example> examples) {}

    /** A container that is not traced. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Example(
            @JsonPropertyDescription("Name of the pod.") String podName,

            @JsonPropertyDescription("Name of the container; absent if the whole pod is meant.") @Nullable
            String containerName,

            @JsonPropertyDescription("Name of the node, if the pod is on one.") @Nullable
            String nodeName,

            @JsonPropertyDescription("Why, in words a user can act on.")
            String message) {}
}
