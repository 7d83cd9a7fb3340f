// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node's share of a trace request; written by the operator alone. Holds nothing secret: every agent can read it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeTraceSpec(
        @Required
        @Size(min = 1, max = 253)
        @ValidationRule(value = "self == oldSelf", message = "nodeName is immutable")
        @JsonPropertyDescription("The node whose agent carries this out.")
        String nodeName,

        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the TraceRequest.")
        String requestName,

        @Required
        @Size(min = 1, max = 63)
        @ValidationRule(value = "self == oldSelf", message = "requestUid is immutable")
        @JsonPropertyDescription("UID of the TraceRequest.")
        String requestUid,

        @Required
        @JsonPropertyDescription(
                "The containers to trace on this node. Entries come and go with pods and restarts while the window is"
                        + " open.")
        List<Target> targets,

        @Required
        @JsonPropertyDescription(
                "When tracing ends at the latest (RFC 3339); enforced by the agent without the API server.")
        String notAfter,

        @JsonPropertyDescription("System calls to trace, as the request named them; all if absent.") @Nullable
        List<String> syscalls,

        @Required @JsonPropertyDescription("Most spans a second sent for one container.")
        int maxSpansPerSecond,

        @Required @JsonPropertyDescription("Where the spans go.")
        Sink sink,

        @JsonPropertyDescription("True: detach now.") @Nullable
        Boolean stop) {

    /** A container to trace. The agent attaches to processes whose cgroup names both the pod UID and the container ID. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Target(
            @Required @JsonPropertyDescription("Value of k8s.pod.name.")
            String podName,

            @Required @JsonPropertyDescription("UID of the pod, as in the names of its cgroups.")
            String podUid,

            @JsonPropertyDescription("Value of k8s.pod.ip.") @Nullable
            String podIp,

            @Required @JsonPropertyDescription("Value of k8s.namespace.name.")
            String namespace,

            @Required @JsonPropertyDescription("Value of k8s.container.name.")
            String containerName,

            @Required @JsonPropertyDescription("Container ID without the runtime's prefix.")
            String containerId,

            @JsonPropertyDescription("Value of service.name.") @Nullable
            String serviceName,

            @JsonPropertyDescription("Further resource attributes, such as k8s.deployment.name.") @Nullable
            Map<String, String> attributes) {}

    /** Where the spans go. Credentials, if the sink needs any, lie in the agent's own mounted folder of this name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Sink(
            @Required @JsonPropertyDescription("Name of the TraceSink.")
            String name,

            @Required @JsonPropertyDescription("URL of the OTLP receiver.")
            String endpoint,

            @Required @JsonPropertyDescription("grpc or http/protobuf.")
            String protocol) {}
}
