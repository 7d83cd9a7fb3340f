// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks for: whose system calls, for how long, where to. Durations are integers with the unit in the name.
 * The API server holds the rules written here as annotations, so an object read from it satisfies them.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "has(self.podName) != has(self.selector)",
        message = "exactly one of podName and selector must be set")
@ValidationRule(
        value = "!has(self.selector) || (has(self.selector.matchLabels) && size(self.selector.matchLabels) > 0)"
                + " || (has(self.selector.matchExpressions) && size(self.selector.matchExpressions) > 0)",
        message = "selector is empty and would match every pod of the namespace: give matchLabels or matchExpressions",
        fieldPath = ".selector")
@ValidationRule(
        value = "has(self.podName) == has(oldSelf.podName) && has(self.selector) == has(oldSelf.selector)"
                + " && has(self.containers) == has(oldSelf.containers) && has(self.syscalls) == has(oldSelf.syscalls)"
                + " && has(self.sinkRef) == has(oldSelf.sinkRef)"
                + " && has(self.durationSeconds) == has(oldSelf.durationSeconds)"
                + " && has(self.maxSpansPerSecond) == has(oldSelf.maxSpansPerSecond)",
        message = TraceRequestSpec.IMMUTABLE)
@ValidationRule(
        value = "!has(oldSelf.stop) || !oldSelf.stop || (has(self.stop) && self.stop)",
        message = "stop cannot be taken back: create a new request to trace again",
        fieldPath = ".stop")
public record TraceRequestSpec(
        @JsonPropertyDescription("Name of one pod in this namespace. Exactly one of podName and selector is set.")
        @Size(min = 1, max = 253)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String podName,

        @JsonPropertyDescription(
                "Label selector for pods in this namespace; pods that start within the window are traced too.")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        LabelSelector selector,

        @JsonPropertyDescription(
                "Names of the containers to trace; all of a pod's containers if absent (its init containers only by"
                        + " name).")
        @Size(min = 1, max = 32)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        List<@Size(min = 1, max = 63) String> containers,

        @JsonPropertyDescription("Length of the window in seconds, counted from the moment the request is accepted.")
        @Min(1)
        @Max(3600)
        @Default("60")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        Integer durationSeconds,

        @JsonPropertyDescription(
                "System calls to trace: names, classes (file, network, process, memory, desc, signal, ipc), /regular"
                        + " expressions/, each with ! in front to exclude. All calls if absent.")
        @Size(min = 1, max = 100)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        List<@Size(max = 128) @Pattern(TraceRequestSpec.SYSCALL_PATTERN) String> syscalls,

        @JsonPropertyDescription("The sink the spans go to; the TraceSink named default if absent.")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        SinkRef sinkRef,

        @JsonPropertyDescription(
                "Most spans a second sent for one container; what exceeds it is dropped and counted in the status.")
        @Min(1)
        @Max(100000)
        @Default("2000")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        Integer maxSpansPerSecond,

        @JsonPropertyDescription(
                "Set to true to end the trace before its time. The only field that may change, and only once.")
        @Nullable
        Boolean stop) {

    /** Window of a request that names none, in seconds; the schema's default. */
    public static final int DEFAULT_DURATION_SECONDS = 60;
    /** Span budget of a request that names none, spans a second and container; the schema's default. */
    public static final int DEFAULT_MAX_SPANS_PER_SECOND = 2000;
    /** What one entry of {@code syscalls} looks like: an optional {@code !}, then a name or class, or a /regular expression/. */
    public static final String SYSCALL_PATTERN = "^!?(/.+/|%?[a-z_][a-z0-9_]*)$";

    static final String IMMUTABLE = "spec is immutable but for stop: delete the request and create another";

    /** Refers to a TraceSink by name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SinkRef(
            @JsonPropertyDescription("Name of the TraceSink.") @Required @Size(min = 1, max = 253)
            String name) {}
}
