// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.TimeSpan;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestSpec.Safety;
import dev.renacer.crds.TraceRequestSpec.SinkRef;
import dev.renacer.crds.TraceRequestSpec.WorkloadRef;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code run} lets a user say about the trace itself. What is absent is left to the API's defaults. */
public final class RequestOptions {
    /** One item of a list of system calls; a regular expression may hold commas. */
    private static final Pattern ITEM = Pattern.compile("\\s*!?/[^/]*/|[^,]+");

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MICROSECOND = Duration.ofNanos(1_000);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(30);
    private static final int MAX_SPANS_PER_SECOND = 100_000;
    private static final int MAX_SLOWDOWN_PERCENT = 1_000_000;
    private static final List<String> ON_EXCEEDED = List.of("Detach", "DutyCycle");
    private static final List<String> ERROR_STATUS = List.of("Default", "All");
    private static final List<String> VOLUME = List.of("Readable", "All");
    private static final List<String> UNSAMPLED = List.of("Drop", "Keep");
    private static final List<String> ARGUMENTS = List.of("None", "Names", "Full");
    private static final int MAX_CONTAINERS = 32;
    private static final int MAX_JUSTIFICATION = 512;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Length of the window: seconds, or with units 90s, 5m, 2m30s; at most 1h (60s if absent).")
    @Nullable
    String duration;

    @Option(
            names = {"-e", "--syscalls"},
            paramLabel = "LIST",
            description = "System calls to trace: names, numbers, classes (%%file, %%network, %%process and so on,"
                    + " as strace has them), /regular expressions/, each with ! in front to exclude. All if absent.")
    @Nullable
    String syscalls;

    @Option(
            names = {"-c", "--container"},
            paramLabel = "NAME",
            split = ",",
            description = "Container to trace; all of the pod if absent. May be repeated.")
    List<String> containers = new ArrayList<>();

    @Option(
            names = "--process",
            paramLabel = "REGEX",
            description = "Only processes with a match in their name (as ps -o comm shows it), and what they start.")
    @Nullable
    String process;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description =
                    "Spans only for calls about this path: an argument is it, or a descriptor of it. The whole path, absolute; links"
                            + " are not followed. May be repeated; with --peer: calls about one or the other.")
    List<String> paths = new ArrayList<>();

    @Option(
            names = "--peer",
            paramLabel = "PEER",
            description =
                    "Spans only for calls with this other end of a connection: an address, a network or a port, as 10.0.0.9,"
                            + " 10.0.0.0/8, 10.0.0.9:5432, [::1]:5432 and :5432, or a UNIX socket, as /run/app.sock or @name. May"
                            + " be repeated.")
    List<String> peers = new ArrayList<>();

    @Option(names = "--only-errors", description = "Spans only for calls that failed.")
    boolean onlyErrors;

    @Option(
            names = "--error-status",
            paramLabel = "Default|All",
            description =
                    "Which failed calls have status ERROR: all except those that nobody calls an error (Default, if absent: EAGAIN,"
                            + " EINTR, EINPROGRESS, ENOTTY of ioctl, ETIMEDOUT of futex), or All.")
    @Nullable
    String errorStatus;

    @Option(
            names = "--min-duration",
            paramLabel = "TIME",
            description = "Spans only for calls that took at least this long: 500us, 2ms, 1s.")
    @Nullable
    String minDuration;

    @Option(
            names = {"-s", "--source"},
            description =
                    "Put on each span where in the program's source its call is made: file, line and function. File and line need debug"
                            + " information in the container.")
    boolean source;

    @Option(
            names = "--arguments",
            paramLabel = "None|Names|Full",
            description =
                    "What each span says of its call's arguments: nothing, names (paths, descriptors, peers and numbers), or all, with what"
                            + " is read and written. If absent, names, as far as the namespace's TracePolicy allows them.")
    @Nullable
    String arguments;

    @Option(
            names = "--trace-parent",
            paramLabel = "TRACEPARENT",
            description =
                    "Continue this W3C trace: the first process of each container, with all that it starts, becomes a child of the span"
                            + " that it names.")
    @Nullable
    String traceParent;

    @Option(
            names = "--unsampled",
            paramLabel = "Drop|Keep",
            description =
                    "What becomes of calls for traces that the application itself does not record: no spans (Drop, if absent; they are"
                            + " counted), or spans all the same (Keep).")
    @Nullable
    String unsampled;

    @Option(
            names = "--sampling",
            paramLabel = "FILE",
            description =
                    "Leave calls out of the spans by the rules of this file, as renacer --sampling has them: one a line, the first that"
                            + " says something decides: keep error, keep slow MILLISECONDS, keep call NAMES, drop call NAMES, sample"
                            + " PROBABILITY (of traces, by their id).")
    @Nullable
    Path sampling;

    @Option(
            names = "--sink",
            paramLabel = "NAME",
            description =
                    "TraceSink the spans go to. If absent, the one that the namespace's TracePolicy names, otherwise 'default'.")
    @Nullable
    String sink;

    @Option(
            names = "--max-spans-per-second",
            paramLabel = "N",
            description =
                    "Maximum number of spans per second for one container; the rest are dropped and counted (2000 if absent).")
    @Nullable
    Integer maxSpansPerSecond;

    @Option(
            names = "--volume",
            paramLabel = "Readable|All",
            description =
                    "Which calls become spans: those that failed or were slow and the first of each kind, at most 100 spans/s of a"
                            + " process, with summaries of the rest (Readable, if absent), or All.")
    @Nullable
    String volume;

    @Option(
            names = "--max-slowdown",
            paramLabel = "PERCENT",
            description =
                    "How much a container may be slowed down over a second; 100 means twice as slow. If absent, the namespace's"
                            + " TracePolicy decides.")
    @Nullable
    Integer maxSlowdownPercent;

    @Option(
            names = "--on-exceeded",
            paramLabel = "Detach|DutyCycle",
            description =
                    "What happens beyond --max-slowdown: the container is detached for good (Detach), or its threads are traced only"
                            + " part of the time (DutyCycle). If absent, the namespace's TracePolicy decides, otherwise Detach.")
    @Nullable
    String onExceeded;

    @Option(
            names = "--colocate",
            description =
                    "Keep threads that make many calls on one CPU with their tracer: far less slowdown. The program sees"
                            + " its own affinity, and gets it back. Needs agents that offer it (see nodes -o wide).")
    boolean colocate;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            description = "Delete the request this long after its end: 10m, 1h, 7d.")
    @Nullable
    String ttl;

    @Option(
            names = {"--justification", "--why"},
            paramLabel = "TEXT",
            description = "Why this is traced, such as the number of an incident; goes to the audit log.")
    @Nullable
    String justification;

    /**
     * Checks all that can be checked without a cluster.
     *
     * @throws CommandFailure if the schema does not allow a value, or an agent of this version would refuse it
     */
    public void check() {
        seconds();
        minMicros();
        ttlSeconds();
        inRange("--max-spans-per-second", maxSpansPerSecond, MAX_SPANS_PER_SECOND);
        inRange("--max-slowdown", maxSlowdownPercent, MAX_SLOWDOWN_PERCENT);
        oneOf("--on-exceeded", onExceeded, ON_EXCEEDED);
        oneOf("--error-status", errorStatus, ERROR_STATUS);
        oneOf("--volume", volume, VOLUME);
        oneOf("--unsampled", unsampled, UNSAMPLED);
        oneOf("--arguments", arguments, ARGUMENTS);
        containers.forEach(container -> Rfc1123.label("--container", container));
        if (containers.size() > MAX_CONTAINERS) {
            throw CommandFailure.usage("--container names " + containers.size() + " containers; the most is "
                    + MAX_CONTAINERS + ", leave it out for all of the pod");
        }
        if (sink != null) {
            Rfc1123.subdomain("--sink", sink);
        }
        if (justification != null && (justification.isBlank() || justification.length() > MAX_JUSTIFICATION)) {
            throw CommandFailure.usage(
                    justification.isBlank()
                            ? "--justification is empty; say why, such as the number of an incident"
                            : "--justification has " + justification.length() + " characters; the most is "
                                    + MAX_JUSTIFICATION);
        }
        items().ifPresent(SelectionChecks::syscalls);
        SelectionChecks.subjects(paths, peers, arguments);
        if (sampling != null) {
            SamplingFile.rules(sampling);
        }
        if (traceParent != null) {
            SelectionChecks.traceParent(traceParent);
        }
        if (process != null) {
            SelectionChecks.process(process);
        }
    }

    private static void oneOf(String option, @Nullable String value, List<String> known) {
        if (value != null && !known.contains(value)) {
            throw CommandFailure.usage(option + " " + value + " is unknown; there are " + String.join(", ", known));
        }
    }

    private static void inRange(String option, @Nullable Integer value, int most) {
        if (value != null && (value < 1 || value > most)) {
            throw CommandFailure.usage(option + " " + value + " is out of range; allowed are 1 to " + most);
        }
    }

    /**
     * The spec for these pods.
     *
     * @param requester  who asks, if known
     */
    public TraceRequestSpec spec(PodChoice pods, Optional<String> requester) {
        check();
        String requestedBy = requester.orElse(null);
        return switch (pods) {
            case PodChoice.ByName(String podName) -> spec(podName, null, null, requestedBy);
            case PodChoice.BySelector(LabelSelector selector) -> spec(null, selector, null, requestedBy);
            case PodChoice.ByWorkload(WorkloadRef workload) -> spec(null, null, workload, requestedBy);
        };
    }

    private TraceRequestSpec spec(
            @Nullable String podName,
            @Nullable LabelSelector selector,
            @Nullable WorkloadRef workload,
            @Nullable String requestedBy) {
        return new TraceRequestSpec(
                podName,
                selector,
                workload,
                containers.isEmpty() ? null : containers,
                process,
                seconds().orElse(null),
                items().orElse(null),
                paths.isEmpty() ? null : paths,
                peers.isEmpty() ? null : peers,
                onlyErrors ? true : null,
                errorStatus,
                minMicros().orElse(null),
                source ? true : null,
                arguments,
                sink == null ? null : new SinkRef(sink),
                maxSpansPerSecond,
                volume,
                safety(),
                justification,
                requestedBy,
                null,
                ttlSeconds().orElse(null),
                null,
                traceParent,
                unsampled,
                sampling == null ? null : SamplingFile.rules(sampling));
    }

    private @Nullable Safety safety() {
        return maxSlowdownPercent == null && onExceeded == null && !colocate
                ? null
                : new Safety(maxSlowdownPercent, onExceeded, colocate ? true : null);
    }

    private Optional<Integer> seconds() {
        return Optional.ofNullable(duration)
                .map(text -> TimeSpan.parse("--duration", text, "90s, 5m or 1h", SECOND, LONGEST_WINDOW, SECOND))
                .map(window -> (int) window.toSeconds());
    }

    private Optional<Long> minMicros() {
        return Optional.ofNullable(minDuration)
                .map(text -> TimeSpan.parse(
                        "--min-duration", text, "500us, 2ms or 1s", Duration.ZERO, LONGEST_WINDOW, MICROSECOND))
                .map(least -> least.dividedBy(MICROSECOND));
    }

    private Optional<Integer> ttlSeconds() {
        return Optional.ofNullable(ttl)
                .map(text -> TimeSpan.parse("--ttl", text, "10m, 1h or 7d", Duration.ZERO, LONGEST_LIFE, SECOND))
                .map(life -> (int) life.toSeconds());
    }

    private Optional<List<String>> items() {
        if (syscalls == null) {
            return Optional.empty();
        }
        List<String> items = ITEM.matcher(syscalls)
                .results()
                .map(result -> result.group().strip())
                .filter(item -> !item.isEmpty())
                .toList();
        if (items.isEmpty()) {
            throw CommandFailure.usage("--syscalls names no system call; give names or classes, as openat,network");
        }
        return Optional.of(items);
    }
}
