// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnore;
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
 * What a user asks for: whose system calls, for how long, and where the spans go. Durations are integers with the unit
 * in the name. The API server enforces the rules that are annotations here, so an object read from it satisfies them.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "(has(self.podName) ? 1 : 0) + (has(self.selector) ? 1 : 0) + (has(self.workloadRef) ? 1 : 0) == 1",
        message = "exactly one of podName, selector and workloadRef must be set")
@ValidationRule(
        value = "!has(self.selector) || (has(self.selector.matchLabels) && size(self.selector.matchLabels) > 0)"
                + " || (has(self.selector.matchExpressions) && size(self.selector.matchExpressions) > 0)",
        message = "selector is empty and would match every pod of the namespace: give matchLabels or matchExpressions",
        fieldPath = ".selector")
@ValidationRule(
        value = "has(self.podName) == has(oldSelf.podName) && has(self.selector) == has(oldSelf.selector)"
                + " && has(self.workloadRef) == has(oldSelf.workloadRef)"
                + " && has(self.containers) == has(oldSelf.containers) && has(self.process) == has(oldSelf.process)"
                + " && has(self.syscalls) == has(oldSelf.syscalls)"
                + " && has(self.paths) == has(oldSelf.paths) && has(self.peers) == has(oldSelf.peers)"
                + " && has(self.onlyErrors) == has(oldSelf.onlyErrors)"
                + " && has(self.errorStatus) == has(oldSelf.errorStatus)"
                + " && has(self.minDurationMicros) == has(oldSelf.minDurationMicros)"
                + " && has(self.sourceLocations) == has(oldSelf.sourceLocations)"
                + " && has(self.arguments) == has(oldSelf.arguments)"
                + " && has(self.sinkRef) == has(oldSelf.sinkRef) && has(self.safety) == has(oldSelf.safety)"
                + " && has(self.durationSeconds) == has(oldSelf.durationSeconds)"
                + " && has(self.maxSpansPerSecond) == has(oldSelf.maxSpansPerSecond)"
                + " && has(self.volume) == has(oldSelf.volume)"
                + " && has(self.mode) == has(oldSelf.mode)"
                + " && has(self.traceParent) == has(oldSelf.traceParent)"
                + " && has(self.unsampled) == has(oldSelf.unsampled)"
                + " && has(self.sampling) == has(oldSelf.sampling)"
                + " && has(self.justification) == has(oldSelf.justification)"
                + " && has(self.requestedBy) == has(oldSelf.requestedBy)",
        message = TraceRequestSpec.IMMUTABLE)
@ValidationRule(
        value = "!has(self.arguments) || self.arguments != 'None' || (!has(self.paths) && !has(self.peers))",
        message = "paths and peers go by what spans say of arguments: with arguments: None there is nothing to go by",
        fieldPath = ".arguments")
@ValidationRule(
        value = "!has(self.mode) || self.mode != 'Look' || (!has(self.syscalls) && !has(self.paths) && !has(self.peers)"
                + " && !has(self.onlyErrors) && !has(self.minDurationMicros) && !has(self.safety)"
                + " && !has(self.traceParent) && !has(self.sampling))",
        message =
                "with mode: Look nothing is traced: leave syscalls, paths, peers, onlyErrors, minDurationMicros, safety, traceParent"
                        + " and sampling out",
        fieldPath = ".mode")
@ValidationRule(
        value = "!has(oldSelf.stop) || !oldSelf.stop || (has(self.stop) && self.stop)",
        message = "stop cannot be undone: create a new request to trace again",
        fieldPath = ".stop")
public record TraceRequestSpec(
        @JsonPropertyDescription(
                "Name of one pod in this namespace. Exactly one of podName, selector and workloadRef must be set.")
        @Size(min = 1, max = 253)
        @Pattern(TraceRequestSpec.NAME_PATTERN)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String podName,

        @JsonPropertyDescription(
                "Label selector for pods in this namespace; pods that start within the window are also traced.")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        LabelSelector selector,

        @JsonPropertyDescription(
                "A workload in this namespace: a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob or"
                        + " anything else with a scale subresource. Its pods that start within the window are traced"
                        + " too.")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        WorkloadRef workloadRef,

        @JsonPropertyDescription(
                "Names of the containers to trace. If absent, all of a pod's containers and sidecars (init containers"
                        + " with restartPolicy Always); other init containers, and ephemeral ones, only by name.")
        @Size(min = 1, max = 32)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        List<@Size(min = 1, max = 63) @Pattern(TraceRequestSpec.LABEL_PATTERN) String> containers,

        @JsonPropertyDescription(
                "Regular expression (RE2) for the names of the processes to trace, as 'ps -o comm' shows them (at most"
                        + " 15 characters); a process whose name contains a match is traced, with everything it starts. All"
                        + " processes of the containers if absent. With its counted repetitions written out it has at most"
                        + " 1000 steps.")
        @Size(min = 1, max = 256)
        @Pattern(TraceRequestSpec.PRINTABLE_PATTERN)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String process,

        @JsonPropertyDescription("Length of the window in seconds, counted from the moment the request is admitted.")
        @Min(1)
        @Max(3600)
        @Default("60")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        Integer durationSeconds,

        @JsonPropertyDescription(
                "System calls to trace: names, numbers (as strings), classes (%file, %network, %process, %memory, %desc,"
                        + " %signal, %ipc, %clock, %creds, %pure, %stat, %statfs and those of strace), /regular expressions/, each with ! in front to exclude. All calls if absent.")
        @Size(min = 1, max = TraceRequestSpec.MOST_SYSCALLS)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        List<@Size(max = TraceRequestSpec.LONGEST_SYSCALL) @Pattern(TraceRequestSpec.SYSCALL_PATTERN) String> syscalls,

        @JsonPropertyDescription(
                "Spans only for calls about one of these paths (or one of the peers): it is an argument, as given or relative to"
                        + " a folder, or a descriptor of it is, or the call polls one. Absolute, and the whole path: no prefix and"
                        + " no pattern. Links are not followed: a file that was open before has its path without links, any other"
                        + " the one the program uses. Written as spans write file.path: a backslash as \\\\, a byte that is no text"
                        + " as \\351.")
        @Size(min = 1, max = TraceRequestSpec.MOST_SUBJECTS)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @ValidationRule(
                value = "self.all(path, path.matches(r'" + TraceRequestSpec.PATH_PATTERN + "'))",
                message = TraceRequestSpec.PATHS)
        @Nullable
        List<@Size(min = 1, max = TraceRequestSpec.LONGEST_PATH) String> paths,

        @JsonPropertyDescription(
                "Spans only for calls with one of these peers, the other ends of connections (or about one of the paths): an"
                        + " address, a network, either with a port, a port, or a UNIX socket: 10.0.0.9, 10.0.0.0/8,"
                        + " 10.0.0.9:5432, [2001:db8::1]:443, [2001:db8::]/32, :5432, /run/app.sock, @name. The peer of a call"
                        + " is one that it names, or that of a socket it is given, returns or polls.")
        @Size(min = 1, max = TraceRequestSpec.MOST_SUBJECTS)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @ValidationRule(
                value = "self.all(peer, peer.matches(r'" + TraceRequestSpec.PEER_PATTERN + "'))",
                message = TraceRequestSpec.PEERS)
        @Nullable
        List<@Size(min = 1, max = TraceRequestSpec.LONGEST_PEER) String> peers,

        @JsonPropertyDescription(
                "True: spans only for calls that failed (those that would block or were interrupted did not).")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        Boolean onlyErrors,

        @JsonPropertyDescription(
                "Which failed calls have status ERROR, and so count for onlyErrors. Default: all except those that nobody calls an"
                        + " error, such as EAGAIN, EINTR, EINPROGRESS, ENOTTY of ioctl and ETIMEDOUT of futex. All: every failed call.")
        @Pattern("^(Default|All)$")
        @Default("Default")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String errorStatus,

        @JsonPropertyDescription("Spans only for calls that took at least this many microseconds.")
        @Min(0)
        @Max(3600000000L)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        Long minDurationMicros,

        @JsonPropertyDescription(
                "True: each span says where in the program's source its call is made (code.function.name, and with"
                        + " debug information code.file.path and code.line.number). A call then costs the program some 30"
                        + " to 50 % more.")
        @Default("false")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        Boolean sourceLocations,

        @JsonPropertyDescription(
                "What each span says of its call's arguments. None: nothing. Names: paths, descriptors, peers and numbers. Full:"
                        + " also what is read and written, and the arguments and environment of programs that are"
                        + " executed. If absent, Names, or None where a TracePolicy allows no more.")
        @Pattern("^(None|Names|Full)$")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String arguments,

        @JsonPropertyDescription(
                "The sink the spans go to; if absent, the one the namespace's TracePolicy names, otherwise the TraceSink"
                        + " named default.")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        SinkRef sinkRef,

        @JsonPropertyDescription(
                "Maximum number of spans per second for one container; further ones are dropped and counted in the status.")
        @Min(1)
        @Max(100000)
        @Default("2000")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        Integer maxSpansPerSecond,

        @JsonPropertyDescription(
                "Which calls become spans. Readable: those that failed or were slow and the first of each kind, at most 100 spans"
                        + " a second of a process; the rest is folded into one span for each kind, with counts, times, bytes"
                        + " and paths. All: each call, up to maxSpansPerSecond.")
        @Pattern("^(Readable|All)$")
        @Default("Readable")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String volume,

        @JsonPropertyDescription("How much the traced programs may be slowed down.")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        Safety safety,

        @JsonPropertyDescription(
                "Why this is traced, such as the number of an incident; goes to the audit log. A TracePolicy may"
                        + " require it.")
        @Size(min = 1, max = 512)
        @Pattern(TraceRequestSpec.PRINTABLE_PATTERN)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String justification,

        @JsonPropertyDescription(
                "Name of the user who asks for this; filled in at creation by the cluster or by kubectl renacer. The API"
                        + " server refuses any name but the caller's own.")
        @Size(min = 1, max = 512)
        @Pattern(TraceRequestSpec.PRINTABLE_PATTERN)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String requestedBy,

        @JsonPropertyDescription("Set to true to end the trace early; this cannot be undone. Besides"
                + " ttlSecondsAfterFinished it is the only field that may change.")
        @Nullable
        Boolean stop,

        @JsonPropertyDescription(
                "Seconds after its end when the request is deleted; if absent, what the namespace's TracePolicy says,"
                        + " otherwise never.")
        @Min(0)
        @Max(2592000)
        @Nullable
        Integer ttlSecondsAfterFinished,

        @JsonPropertyDescription(
                "Trace: calls are traced for the length of the window. Look: nothing is traced and nothing stopped; the agents look"
                        + " once at what each thread of the running containers does and waits for, and status.looks has the answer.")
        @Pattern("^(Trace|Look)$")
        @Default("Trace")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String mode,

        @JsonPropertyDescription(
                "The span that the trace continues, as W3C Trace Context writes it (the header traceparent):"
                        + " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01. Of each container the first process, with all"
                        + " that it starts, is in that trace as a child of that span; later slices, and processes that it did not"
                        + " start, have traces of their own with a link to that span. A call that the application itself, or the"
                        + " header of a request, gives a parent keeps that one.")
        @Size(min = 1, max = 55)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @ValidationRule(
                value = "self.matches(r'" + TraceRequestSpec.TRACE_PARENT_PATTERN + "')" + " && !self.matches(r'"
                        + TraceRequestSpec.ZERO_IDS_PATTERN + "')",
                message = TraceRequestSpec.TRACE_PARENT)
        @Nullable
        String traceParent,

        @JsonPropertyDescription(
                "What becomes of calls for a trace that the application itself does not record (its flag sampled is 0). Drop: they"
                        + " have no spans, whose parents would never arrive, and are counted. Keep: they have spans all the same;"
                        + " Datadog's profiler for the JVM, which never sets the flag, needs that.")
        @Pattern("^(Drop|Keep)$")
        @Default("Drop")
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        String unsampled,

        @JsonPropertyDescription(
                "Rules that leave calls out of the spans. The first rule that says something about a call decides; a call about which"
                        + " none does is kept. What is left out is counted (status.totals.callFates.sampled).")
        @Size(min = 1, max = TraceRequestSpec.MOST_SAMPLING_RULES)
        @ValidationRule(value = "self == oldSelf", message = TraceRequestSpec.IMMUTABLE)
        @Nullable
        List<SamplingRule> sampling) {

    /** The value of {@code mode} with which nothing is traced. */
    public static final String LOOK = "Look";

    /** The value of {@code unsampled} with which calls for traces that the application does not record have spans, too. */
    public static final String KEEP_UNSAMPLED = "Keep";

    /** The window in seconds of a request that gives none; the schema's default. */
    public static final int DEFAULT_DURATION_SECONDS = 60;
    /** The span budget of a request that gives none, in spans per second and container; the schema's default. */
    public static final int DEFAULT_MAX_SPANS_PER_SECOND = 2000;
    /**
     * The form of one entry of {@code syscalls}: an optional {@code !}, then a name, number or class, or one /regular
     * expression/. A slash before a comma would end it, as in the lists of the command line.
     */
    public static final String SYSCALL_PATTERN =
            "^!?(/([^/\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|/+[^,/\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}])+/+"
                    + "|%{0,2}[a-z_][a-z0-9_]*|[0-9]{1,4})$";

    /** The maximum number of entries in {@code syscalls}. */
    public static final int MOST_SYSCALLS = 100;
    /** The maximum number of characters in one entry of {@code syscalls}. */
    public static final int LONGEST_SYSCALL = 128;

    /** The maximum number of rules in {@code sampling}. */
    public static final int MOST_SAMPLING_RULES = 32;
    /** The maximum number of system calls that one of them names. */
    public static final int MOST_SAMPLED_SYSCALLS = 32;
    /** The form of the name of a system call. */
    public static final String SYSCALL_NAME_PATTERN = "^[a-z_][a-z0-9_]*$";
    /** The maximum number of characters in it. */
    public static final int LONGEST_SYSCALL_NAME = 64;

    /** The maximum number of entries in {@code paths}, and in {@code peers}. */
    public static final int MOST_SUBJECTS = 32;
    /** The maximum number of characters in one entry of {@code paths}. */
    public static final int LONGEST_PATH = 1024;
    /** The maximum number of characters in one entry of {@code peers}: a UNIX socket's path has at most 108 bytes. */
    public static final int LONGEST_PEER = 256;

    /** What a path goes on with, as spans write it: printable characters and escapes of bytes. */
    private static final String NAME = "([^\\\\\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|\\\\\\\\|\\\\[0-3][0-7][0-7])";

    /** The value of {@code volume} with which each call becomes a span. */
    public static final String ALL_CALLS = "All";

    /** The form of one entry of {@code paths}. */
    public static final String PATH_PATTERN = "^/" + NAME + "*$";

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String IPV4 = OCTET + "([.]" + OCTET + "){3}";
    private static final String H = "[0-9A-Fa-f]{1,4}";
    private static final String IPV6 = "((" + H + ":){7}" + H + "|(" + H + ":){1,7}:|(" + H + ":){1,6}:" + H + "|(" + H
            + ":){1,5}(:" + H + "){1,2}|(" + H + ":){1,4}(:" + H + "){1,3}|(" + H + ":){1,3}(:" + H + "){1,4}|(" + H
            + ":){1,2}(:" + H + "){1,5}|" + H + ":(:" + H + "){1,6}|:((:" + H + "){1,7}|:))";
    private static final String PORT =
            ":([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

    /** The form of one entry of {@code peers}. */
    public static final String PEER_PATTERN = "^((" + IPV4 + "(/([0-9]|[12][0-9]|3[0-2]))?"
            + "|\\[" + IPV6 + "\\](/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?"
            + "|\\[::[Ff]{4}:" + IPV4 + "\\])(" + PORT + ")?"
            + "|" + PORT + "|[/@]" + NAME + "+)$";

    /** The form of {@code traceParent}: version 00 of W3C Trace Context, the only one there is. */
    public static final String TRACE_PARENT_PATTERN = "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$";

    /** What of that form is none all the same: an id of zeros. */
    public static final String ZERO_IDS_PATTERN = "^00-(0{32}-.*|[0-9a-f]{32}-0{16}-.*)$";

    /** How a {@code traceParent} is written. */
    public static final String TRACE_PARENT =
            "a traceParent is 00-<32 hex digits trace id>-<16 hex digits span id>-<2 hex digits flags>, in lower case, and"
                    + " neither id is all zeros";

    static final String PATHS =
            "a path begins with / and is written as spans write file.path: without control characters, a"
                    + " backslash as \\\\ and a byte that is no text as \\351";

    static final String PEERS =
            "a peer is an address (10.0.0.9, [2001:db8::1]), a network (10.0.0.0/8, [2001:db8::]/32), one of"
                    + " them and a port (10.0.0.9:5432), a port (:5432), the path of a UNIX socket (/run/app.sock) or its abstract name"
                    + " (@app)";

    /** Nothing that breaks a line or steers a terminal: no control, format or separator characters. */
    static final String PRINTABLE_PATTERN = "^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]*$";

    /** Kubernetes' rule for most objects' names: a DNS subdomain. */
    static final String NAME_PATTERN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /** Kubernetes' rule for containers' names: a DNS label. */
    static final String LABEL_PATTERN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    static final String IMMUTABLE =
            "spec is immutable but for stop and ttlSecondsAfterFinished: delete the request and" + " create another";

    /** Nothing set: what a request asks for whose spec cannot be read. */
    public static final TraceRequestSpec EMPTY = new TraceRequestSpec(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null, null, null);

    /** A spec that asks for a trace. */
    public TraceRequestSpec(
            @Nullable String podName,
            @Nullable LabelSelector selector,
            @Nullable WorkloadRef workloadRef,
            @Nullable List<String> containers,
            @Nullable String process,
            @Nullable Integer durationSeconds,
            @Nullable List<String> syscalls,
            @Nullable List<String> paths,
            @Nullable List<String> peers,
            @Nullable Boolean onlyErrors,
            @Nullable String errorStatus,
            @Nullable Long minDurationMicros,
            @Nullable Boolean sourceLocations,
            @Nullable String arguments,
            @Nullable SinkRef sinkRef,
            @Nullable Integer maxSpansPerSecond,
            @Nullable String volume,
            @Nullable Safety safety,
            @Nullable String justification,
            @Nullable String requestedBy,
            @Nullable Boolean stop,
            @Nullable Integer ttlSecondsAfterFinished) {
        this(
                podName,
                selector,
                workloadRef,
                containers,
                process,
                durationSeconds,
                syscalls,
                paths,
                peers,
                onlyErrors,
                errorStatus,
                minDurationMicros,
                sourceLocations,
                arguments,
                sinkRef,
                maxSpansPerSecond,
                volume,
                safety,
                justification,
                requestedBy,
                stop,
                ttlSecondsAfterFinished,
                null,
                null,
                null,
                null);
    }

    /** Whether the containers are looked at, and nothing is traced. */
    @JsonIgnore
    public boolean isLook() {
        return LOOK.equals(mode);
    }

    /** What a request asks for: its spec, or {@link #EMPTY} if it has none. */
    public static TraceRequestSpec of(TraceRequest request) {
        return request.getSpec() == null ? EMPTY : request.getSpec();
    }

    /** Refers to a TraceSink by name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SinkRef(
            @JsonPropertyDescription("Name of the TraceSink.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern(TraceRequestSpec.NAME_PATTERN)
            String name) {}

    /** Refers to a workload by kind and name, as a HorizontalPodAutoscaler's scaleTargetRef does. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record WorkloadRef(
            @JsonPropertyDescription(
                    "API version of the workload, such as apps/v1; may be left out for Deployment, StatefulSet,"
                            + " DaemonSet, ReplicaSet, Job and CronJob.")
            @Size(min = 1, max = 316)
            @Pattern("^([-a-z0-9.]+/)?[a-z0-9]+$")
            @Nullable
            String apiVersion,

            @JsonPropertyDescription("Kind of the workload, such as Deployment.")
            @Required
            @Size(min = 1, max = 63)
            @Pattern("^[A-Za-z][A-Za-z0-9]*$")
            String kind,

            @JsonPropertyDescription("Name of the workload.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern(TraceRequestSpec.NAME_PATTERN)
            String name) {}

    /** A rule of sampling; exactly one of its fields is set. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "(has(self.keepErrors) && self.keepErrors ? 1 : 0) + (has(self.keepMinDurationMicros) ? 1 : 0)"
                    + " + (has(self.keepSyscalls) ? 1 : 0) + (has(self.dropSyscalls) ? 1 : 0)"
                    + " + (has(self.keepTracesPerMillion) ? 1 : 0) == 1",
            message = SamplingRule.ONE)
    public record SamplingRule(
            @JsonPropertyDescription("True: calls that failed are kept.") @Nullable
            Boolean keepErrors,

            @JsonPropertyDescription("Calls that took at least this many microseconds are kept.")
            @Min(0)
            @Max(3600000000L)
            @Nullable
            Long keepMinDurationMicros,

            @JsonPropertyDescription("These system calls are kept.")
            @Size(min = 1, max = TraceRequestSpec.MOST_SAMPLED_SYSCALLS)
            @Nullable
            List<
                            @Size(min = 1, max = TraceRequestSpec.LONGEST_SYSCALL_NAME)
                            @Pattern(TraceRequestSpec.SYSCALL_NAME_PATTERN) String>
                    keepSyscalls,

            @JsonPropertyDescription("These system calls are left out.")
            @Size(min = 1, max = TraceRequestSpec.MOST_SAMPLED_SYSCALLS)
            @Nullable
            List<
                            @Size(min = 1, max = TraceRequestSpec.LONGEST_SYSCALL_NAME)
                            @Pattern(TraceRequestSpec.SYSCALL_NAME_PATTERN) String>
                    dropSyscalls,

            @JsonPropertyDescription(
                    "Of a million traces so many are kept, with all their calls, and the others are left out. Goes by the trace's id as"
                            + " OpenTelemetry's consistent probability sampling does. It decides about each call that is left, so it"
                            + " is the last rule.")
            @Min(0)
            @Max(1000000)
            @Nullable
            Integer keepTracesPerMillion) {
        /** What a rule is. */
        public static final String ONE =
                "a rule of sampling has exactly one of keepErrors: true, keepMinDurationMicros, keepSyscalls, dropSyscalls and"
                        + " keepTracesPerMillion";
    }

    /** How much the traced programs may be slowed down, and what happens when they are slowed down more. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Safety(
            @JsonPropertyDescription(
                    "How much a container, or one of its processes, may be slowed down over a second: 100 means that it takes"
                            + " twice as long. If absent, what the namespace's TracePolicy says, otherwise without limit.")
            @Min(1)
            @Max(1000000)
            @Nullable
            Integer maxSlowdownPercent,

            @JsonPropertyDescription(
                    "What happens when it is exceeded. Detach: the container is detached for good. DutyCycle: the thread"
                            + " is traced only part of the time, so that it keeps to the bound on average; its calls in"
                            + " between are not seen. If absent, what the namespace's TracePolicy says, otherwise Detach.")
            @Pattern("^(Detach|DutyCycle)$")
            @Nullable
            String onExceeded,

            @JsonPropertyDescription(
                    "True: threads that make many calls are kept on one CPU with their tracer while they are traced,"
                            + " which slows them down far less. The program sees its own CPU affinity and gets it back."
                            + " Needs agents that offer it (agent.colocation.enabled of the chart).")
            @Default("false")
            @Nullable
            Boolean colocate) {
        /** A safety without co-location. */
        public Safety(@Nullable Integer maxSlowdownPercent, @Nullable String onExceeded) {
            this(maxSlowdownPercent, onExceeded, null);
        }
    }
}
