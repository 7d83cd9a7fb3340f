// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user asks for: whose system calls, for how long, where to. Durations are integers with the unit in the name. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TraceRequestSpec(
        @JsonPropertyDescription("Name of one pod in this namespace. Exactly one of podName and selector is set.")
                @Nullable String podName,
        @JsonPropertyDescription("Label selector for pods in this namespace; pods that start within the window are traced too.")
                @Nullable LabelSelector selector,
        @JsonPropertyDescription("Names of the containers to trace; all containers of the pod if empty.")
                @Nullable List<String> containers,
        @JsonPropertyDescription("Length of the window in seconds, counted from the moment the request is accepted.")
                @Min(1) @Max(3600) @Default("60") @Nullable Integer durationSeconds,
        @JsonPropertyDescription(
                        "System calls to trace: names, classes (file, network, process, memory, desc, signal, ipc), /regular expressions/, each with ! in front to exclude. All calls if empty.")
                @Nullable List<String> syscalls,
        @JsonPropertyDescription("The sink the spans go to; the TraceSink named default if absent.") @Nullable SinkRef sinkRef,
        @JsonPropertyDescription("Most spans a second sent for one container; what exceeds it is dropped and counted in the status.")
                @Min(1) @Max(100000) @Default("2000") @Nullable Integer maxSpansPerSecond,
        @JsonPropertyDescription("Set to true to end the trace before its time.") @Nullable Boolean stop) {

    /** Refers to a TraceSink by name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SinkRef(@JsonPropertyDescription("Name of the TraceSink.") String name) {}
}
