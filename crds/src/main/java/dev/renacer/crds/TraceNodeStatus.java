// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
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
        String updateTime) {}
