// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node's share of a trace request; written only by the operator. It contains nothing secret: every agent can read
 * it.
 */
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

        @JsonPropertyDescription(
                "Containers of this node that are meant but are not running yet or now: each is traced from its first call"
                        + " on when it starts. Absent if there are none.")
        @Nullable
        List<AwaitedContainer> awaited,

        @Required
        @JsonPropertyDescription(
                "When tracing ends at the latest (RFC 3339); enforced by the agent without the API server.")
        String notAfter,

        @Required @JsonPropertyDescription("What is traced in each container, and how much of it.")
        Profile profile,

        @Required @JsonPropertyDescription("Where the spans go.")
        Sink sink,

        @JsonPropertyDescription("Who asked for it, for the agent's audit log.") @Nullable
        String requestedBy,

        @JsonPropertyDescription("Why, for the agent's audit log.") @Nullable
        String justification,

        @JsonPropertyDescription("True: detach now.") @Nullable
        Boolean stop) {

    /** A spec whose containers are all running. */
    public NodeTraceSpec(
            String nodeName,
            String requestName,
            String requestUid,
            List<Target> targets,
            String notAfter,
            Profile profile,
            Sink sink,
            @Nullable String requestedBy,
            @Nullable String justification,
            @Nullable Boolean stop) {
        this(
                nodeName,
                requestName,
                requestUid,
                targets,
                null,
                notAfter,
                profile,
                sink,
                requestedBy,
                justification,
                stop);
    }

    /** The containers that may start within the window; none if the list is absent. */
    @JsonIgnore
    public List<AwaitedContainer> awaitedContainers() {
        return awaited == null ? List.of() : awaited;
    }

    /** Whether there is nothing to trace on the node, now or when it starts. */
    @JsonIgnore
    public boolean isIdle() {
        return targets.isEmpty() && awaitedContainers().isEmpty();
    }

    /** What is traced in each container: as the request says, with the namespace's policy applied. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Profile(
            @JsonPropertyDescription("System calls to trace, as the request named them; all if absent.") @Nullable
            List<String> syscalls,

            @JsonPropertyDescription("Regular expression (RE2) for process names; all processes if absent.") @Nullable
            String process,

            @JsonPropertyDescription("True: spans only for calls that failed.") @Nullable
            Boolean onlyErrors,

            @JsonPropertyDescription("Spans only for calls that took at least this many microseconds.") @Nullable
            Long minDurationMicros,

            @Required @JsonPropertyDescription("Maximum number of spans per second for one container.")
            int maxSpansPerSecond,

            @JsonPropertyDescription(
                    "A container that is slowed down more over a second, or has a process that is, is detached; without"
                            + " limit if absent.")
            @Nullable
            Integer maxSlowdownPercent,

            @JsonPropertyDescription("What happens when it is exceeded: Detach (the default) or DutyCycle.") @Nullable
            String onExceeded,

            @JsonPropertyDescription(
                    "True: threads that make many calls are kept on one CPU with their tracer, once the status says where they"
                            + " belong.")
            @Nullable
            Boolean colocate,

            @JsonPropertyDescription("True: each span says where in the program's source its call is made.") @Nullable
            Boolean sourceLocations,

            @JsonPropertyDescription("Which failed calls have status ERROR: Default (also if absent) or All.") @Nullable
            String errorStatus,

            @JsonPropertyDescription(
                    "What each span says of its call's arguments: None (also if absent), Names or Full.")
            @Nullable
            String arguments,

            @JsonPropertyDescription(
                    "Regular expressions (RE2) for what is replaced in arguments, beside secrets that are known by their shape.")
            @Nullable
            List<String> redact,

            @JsonPropertyDescription("Spans only for calls about one of these paths, or with one of the peers.")
            @Nullable
            List<String> paths,

            @JsonPropertyDescription("Spans only for calls with one of these peers, or about one of the paths.")
            @Nullable
            List<String> peers,

            @JsonPropertyDescription("Which calls become spans of their own: Readable or All (also if absent).")
            @Nullable
            String volume,

            @JsonPropertyDescription(
                    "Look: nothing is traced; the agent looks once at what each thread does and waits for. Trace, or absent: calls"
                            + " are traced.")
            @Nullable
            String mode,

            @JsonPropertyDescription("The span that the trace continues (W3C traceparent); none if absent.") @Nullable
            String traceParent,

            @JsonPropertyDescription(
                    "What becomes of calls for a trace that the application does not record: Drop (also if absent) or Keep.")
            @Nullable
            String unsampled,

            @JsonPropertyDescription(
                    "Rules that leave calls out of the spans, as the request has them; none if absent.")
            @Size(max = TraceRequestSpec.MOST_SAMPLING_RULES)
            @Nullable
            List<TraceRequestSpec.SamplingRule> sampling,

            @JsonPropertyDescription(
                    "What the status says of calls in flight: Names, of calls alone, since a policy forbids Looks; what spans say of"
                            + " them if absent.")
            @Nullable
            String callsInFlight) {
        /** The value of {@code callsInFlight} with which nothing of arguments stands in a status. */
        public static final String NAMES_OF_CALLS = "Names";

        /** The value of {@code volume} with which most calls are folded. */
        public static final String READABLE = "Readable";

        /** A profile by which each call becomes a span. */
        public Profile(
                @Nullable List<String> syscalls,
                @Nullable String process,
                @Nullable Boolean onlyErrors,
                @Nullable Long minDurationMicros,
                int maxSpansPerSecond,
                @Nullable Integer maxSlowdownPercent,
                @Nullable String onExceeded,
                @Nullable Boolean colocate,
                @Nullable Boolean sourceLocations,
                @Nullable String errorStatus,
                @Nullable String arguments,
                @Nullable List<String> redact,
                @Nullable List<String> paths,
                @Nullable List<String> peers) {
            this(
                    syscalls,
                    process,
                    onlyErrors,
                    minDurationMicros,
                    maxSpansPerSecond,
                    maxSlowdownPercent,
                    onExceeded,
                    colocate,
                    sourceLocations,
                    errorStatus,
                    arguments,
                    redact,
                    paths,
                    peers,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }

        /** Whether the containers are looked at, and nothing is traced. */
        @JsonIgnore
        public boolean isLook() {
            return TraceRequestSpec.LOOK.equals(mode);
        }

        /** The value of {@code errorStatus} with which every failed call has status ERROR. */
        public static final String ALL_ERRORS = "All";

        /** The value of {@code onExceeded} with which a thread is traced part of the time. */
        public static final String DUTY_CYCLE = "DutyCycle";

        /** A bound that detaches a container when it is slowed down too much. */
        public Profile(
                @Nullable List<String> syscalls,
                @Nullable String process,
                @Nullable Boolean onlyErrors,
                @Nullable Long minDurationMicros,
                int maxSpansPerSecond,
                @Nullable Integer maxSlowdownPercent) {
            this(
                    syscalls,
                    process,
                    onlyErrors,
                    minDurationMicros,
                    maxSpansPerSecond,
                    maxSlowdownPercent,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }

        /** Every call of every process, with at most this many spans per second and container. */
        public static Profile everything(int maxSpansPerSecond) {
            return new Profile(null, null, null, null, maxSpansPerSecond, null);
        }
    }

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

    /**
     * A container to trace once it starts: its identity except for the ID that its runtime will give it. A separate
     * type, so that the schema can require the ID of each {@link Target}: an agent finds processes only by that.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record AwaitedContainer(
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

            @JsonPropertyDescription("Value of service.name.") @Nullable
            String serviceName,

            @JsonPropertyDescription("Further resource attributes, such as k8s.deployment.name.") @Nullable
            Map<String, String> attributes) {
        /** The same container in its next life. */
        public static AwaitedContainer like(Target target) {
            return new AwaitedContainer(
                    target.podName(),
                    target.podUid(),
                    target.podIp(),
                    target.namespace(),
                    target.containerName(),
                    target.serviceName(),
                    target.attributes());
        }

        /**
         * The container, started.
         *
         * @param containerId  its ID without the runtime's prefix
         */
        public Target started(String containerId) {
            return new Target(podName, podUid, podIp, namespace, containerName, containerId, serviceName, attributes);
        }
    }

    /** Where the spans go. Credentials, if the sink needs any, are in the agent's own mounted folder with this name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Sink(
            @Required @JsonPropertyDescription("Name of the TraceSink.")
            String name,

            @Required @JsonPropertyDescription("URL of the OTLP receiver.")
            String endpoint,

            @Required @JsonPropertyDescription("grpc or http/protobuf.")
            String protocol,

            @JsonPropertyDescription(
                    "Name of the folder with the credentials, below /etc/renacer/sinks in the agent; none if absent.")
            @Nullable
            String credentials,

            @JsonPropertyDescription("All (also if absent): metrics of the calls go there, too. None: only spans do.")
            @Nullable
            String metrics) {
        /** A value of {@link #metrics()}. */
        private static final String NO_METRICS = "None";

        /** One that gets metrics, too. */
        public Sink(String name, String endpoint, String protocol, @Nullable String credentials) {
            this(name, endpoint, protocol, credentials, null);
        }

        /** Whether it gets the metrics of calls beside the spans. */
        @JsonIgnore
        public boolean isMeasured() {
            return !NO_METRICS.equals(metrics);
        }
    }
}
