// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a node's agent can do; written by that agent at start and on change. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TraceNodeStatus(
        @JsonPropertyDescription("Version of the agent.") @Nullable
        String agentVersion,

        @JsonPropertyDescription("Name of the agent's pod; this status is stale if that pod is not ready.") @Nullable
        String agentPod,

        @JsonPropertyDescription("Effective capabilities of the agent, such as CAP_SYS_PTRACE.") @Nullable
        List<String> capabilities,

        @JsonPropertyDescription("Release of the node's kernel.") @Nullable
        String kernelVersion,

        @JsonPropertyDescription("amd64 or arm64.") @Nullable
        String architecture,

        @JsonPropertyDescription("Whether the agent may trace processes of other users here.") @Nullable
        Boolean ptraceAllowed,

        @JsonPropertyDescription("Why not, if it may not.") @Nullable
        String ptraceMessage,

        @JsonPropertyDescription("Whether spec.safety.colocate of a TraceRequest can be carried out here.") @Nullable
        Boolean colocationAllowed,

        @JsonPropertyDescription("Why not, if it cannot.") @Nullable
        String colocationMessage,

        @JsonPropertyDescription("kernel.yama.ptrace_scope; absent if the kernel has no Yama.") @Nullable
        Integer yamaPtraceScope,

        @JsonPropertyDescription("v1, v2 or hybrid.") @Nullable
        String cgroupMode,

        @JsonPropertyDescription("NodeTraces being carried out.") @Nullable
        Integer activeTraces,

        @JsonPropertyDescription("When this was written (RFC 3339).") @Nullable
        String updateTime,

        @JsonPropertyDescription(
                "What this agent can do that earlier versions could not; absent if it is one of those.")
        @Nullable
        Features features) {
    /**
     * Of {@link Features}: it chooses calls by spec.paths and spec.peers. An agent without it does not see these fields, and makes spans
     * of all calls.
     */
    public static final String PATHS_AND_PEERS = "PathsAndPeers";

    /**
     * Of {@link Features}: it looks at containers without tracing them (spec.mode). An agent without it does not see the field, and
     * traces.
     */
    public static final String LOOKS = "Looks";

    /**
     * Of {@link Features}: it continues the trace of spec.traceParent. An agent without it does not see the field, and begins traces of
     * its own.
     */
    public static final String TRACE_PARENT = "TraceParent";

    /** Of {@link Features}: it goes by spec.unsampled. An agent without it does not see the field, and leaves those calls out. */
    public static final String UNSAMPLED = "Unsampled";

    /** Of {@link Features}: it goes by spec.sampling. An agent without it does not see the field, and makes spans of all calls. */
    public static final String SAMPLING = "Sampling";

    /**
     * Whether the agent that wrote this can do that. An older agent that takes over the node leaves the features of the
     * newer one where they are, as it knows nothing of them: they count only for the pod that is named with them.
     */
    public boolean has(String feature) {
        return features != null
                && Objects.equals(features.agentPod(), agentPod)
                && features.names().contains(feature);
    }

    /** What one agent can do. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Features(
            @JsonPropertyDescription("Name of the pod of the agent that can do this; of another one it says nothing.")
            @Nullable
            String agentPod,

            @JsonPropertyDescription(
                    "PathsAndPeers: chooses calls by spec.paths and spec.peers. Looks: carries out spec.mode: Look."
                            + " TraceParent: continues the trace of spec.traceParent."
                            + " Unsampled: goes by spec.unsampled. Sampling: goes by spec.sampling.")
            List<String> names) {
        public Features {
            names = names == null ? List.of() : List.copyOf(names);
        }
    }
}
