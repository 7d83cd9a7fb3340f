// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.admin;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What requests may ask for. All policies whose selector matches a request's namespace apply: the lowest of the limits,
 * every prohibition, and the first default in the order of the policies' names.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TracePolicySpec(
        @JsonPropertyDescription("Labels of the namespaces to whose requests it applies; every namespace if absent.")
        @Nullable
        LabelSelector namespaceSelector,

        @JsonPropertyDescription("The maximum that a request may ask for, and how many may run at once.") @Nullable
        Limits limits,

        @JsonPropertyDescription("What applies if a request says nothing.") @Nullable
        Defaults defaults,

        @JsonPropertyDescription("True: a request must say why, in spec.justification.") @Nullable
        Boolean requireJustification,

        @JsonPropertyDescription("Names of the TraceSinks that may be used; all if absent.")
        @Size(min = 1, max = 100)
        @Nullable
        List<@Size(min = 1, max = 253) String> allowedSinks,

        @JsonPropertyDescription(
                "What a request may not do. InitContainers: name an init container. EphemeralContainers: name an"
                        + " ephemeral container. AllSyscalls: leave spec.syscalls out."
                        + " Colocation: set spec.safety.colocate. SourceLocations: set spec.sourceLocations, or see stacks and"
                        + " source lines in a look. Looks: set spec.mode to Look, or see arguments of calls in flight in a status.")
        @Size(max = 10)
        @Nullable
        List<@Pattern("^(InitContainers|EphemeralContainers|AllSyscalls|Colocation|SourceLocations|Looks)$") String>
                forbiddenOptions,

        @JsonPropertyDescription(
                "The most that a request may ask to see of its calls' arguments: None, Names (paths, descriptors, peers and"
                        + " numbers; also if absent) or Full (also what is read and written, and the arguments and"
                        + " environment of programs that are executed).")
        @Pattern("^(None|Names|Full)$")
        @Nullable
        String arguments,

        @JsonPropertyDescription(
                "The most spans that a request may ask for (its spec.volume): All (also if absent), or Readable: at most 100 a second"
                        + " of a process.")
        @Pattern("^(Readable|All)$")
        @Nullable
        String volume,

        @JsonPropertyDescription(
                "Regular expressions (RE2) for secrets of your own: what matches is replaced before anything leaves the agent,"
                        + " beside the secrets that are known by their shape. Those of all policies apply.")
        @Size(min = 1, max = 20)
        @Nullable
        List<@Size(min = 1, max = 256) String> redact,

        @JsonPropertyDescription(
                "True: pods of kube-system may be traced. Needs a namespaceSelector that selects kube-system; the"
                        + " namespace of Renacer itself is never traced.")
        @Nullable
        Boolean allowKubeSystem) {

    /** The maximum that a request may ask for. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Limits(
            @JsonPropertyDescription("Longest window of a request, in seconds; a longer one is refused.")
            @Min(1)
            @Max(3600)
            @Nullable
            Integer maxDurationSeconds,

            @JsonPropertyDescription(
                    "Maximum number of containers one request traces at once; further ones are skipped and counted in its status.")
            @Min(1)
            @Max(10000)
            @Nullable
            Integer maxTargets,

            @JsonPropertyDescription(
                    "Maximum number of requests of one namespace that run at once; further ones wait in a queue.")
            @Min(0)
            @Max(10000)
            @Nullable
            Integer maxRequestsPerNamespace,

            @JsonPropertyDescription(
                    "Maximum number of requests that run at once on one node; containers of further ones there are skipped and"
                            + " counted in their status until there is room.")
            @Min(0)
            @Max(10000)
            @Nullable
            Integer maxRequestsPerNode,

            @JsonPropertyDescription("Highest maxSpansPerSecond of a request; a higher one is refused.")
            @Min(1)
            @Max(100000)
            @Nullable
            Integer maxSpansPerSecond,

            @JsonPropertyDescription(
                    "Highest safety.maxSlowdownPercent of a request: a higher one is refused, and a request without one is"
                            + " held to this.")
            @Min(1)
            @Max(1000000)
            @Nullable
            Integer maxSlowdownPercent) {}

    /** What applies if a request says nothing. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Defaults(
            @JsonPropertyDescription("Name of the TraceSink of requests without sinkRef.")
            @Size(min = 1, max = 253)
            @Nullable
            String sinkName,

            @JsonPropertyDescription("maxSlowdownPercent of requests without one.") @Min(1) @Max(1000000) @Nullable
            Integer maxSlowdownPercent,

            @JsonPropertyDescription(
                    "What happens when it is exceeded, Detach or DutyCycle, if the request does not say.")
            @Pattern("^(Detach|DutyCycle)$")
            @Nullable
            String onExceeded,

            @JsonPropertyDescription("ttlSecondsAfterFinished of requests without one.") @Min(0) @Max(2592000) @Nullable
            Integer ttlSecondsAfterFinished) {}
}
