// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node's share of a trace request; written by the operator alone. Holds nothing secret: every agent can read it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeTraceSpec(
        @Required @JsonPropertyDescription("The node whose agent carries this out.") String nodeName,
        @Required @JsonPropertyDescription("Name of the TraceRequest.") String requestName,
        @Required @JsonPropertyDescription("UID of the TraceRequest.") String requestUid,
        @Required @JsonPropertyDescription("The containers to trace on this node.") List<Target> targets,
        @Required @JsonPropertyDescription("When tracing ends at the latest (RFC 3339); enforced by the agent without the API server.")
                String notAfter,
        @Nullable List<String> syscalls,
        @Required int maxSpansPerSecond,
        @Required Sink sink,
        @JsonPropertyDescription("True: detach now.") @Nullable Boolean stop) {

    /** A container to trace. The agent attaches to processes whose cgroup names both the pod UID and the container ID. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Target(
            @Required String podName,
            @Required String podUid,
            @Nullable String podIp,
            @Required String namespace,
            @Required String containerName,
            @Required @JsonPropertyDescription("Container ID without the runtime's prefix.") String containerId,
            @JsonPropertyDescription("Value of service.name.") @Nullable String serviceName,
            @JsonPropertyDescription("Further resource attributes, such as k8s.deployment.name.") @Nullable Map<String, String> attributes) {}

    /** Where the spans go. Credentials, if the sink needs any, lie in the agent's own mounted folder of this name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Sink(@Required String name, @Required String endpoint, @Required String protocol) {}
}
