// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandFailure;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code run} lets a user say about the trace itself. What is absent is left to the API's defaults. */
final class RequestOptions {
    /** One item of a list of system calls; a regular expression may hold commas. */
    private static final Pattern ITEM = Pattern.compile("\\s*!?/[^/]*/|[^,]+");

    private static final int MAX_SPANS_PER_SECOND = 100_000;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Length of the window: seconds, or with a unit 90s, 5m, 1h (60s if absent).")
    @Nullable
    String duration;

    @Option(
            names = "--syscalls",
            paramLabel = "LIST",
            description = "System calls to trace: names, classes (file, network, process, memory, desc, signal, ipc),"
                    + " /regular expressions/, each with ! in front to exclude. All if absent.")
    @Nullable
    String syscalls;

    @Option(
            names = {"-c", "--container"},
            paramLabel = "NAME",
            split = ",",
            description = "Container to trace; all of the pod if absent. May be repeated.")
    List<String> containers = new ArrayList<>();

    @Option(names = "--sink", paramLabel = "NAME", description = "TraceSink the spans go to; 'default' if absent.")
    @Nullable
    String sink;

    @Option(
            names = "--max-spans-per-second",
            paramLabel = "N",
            description = "Most spans a second of one container; the rest is dropped and counted (2000 if absent).")
    @Nullable
    Integer maxSpansPerSecond;

    /**
     * Checks the options' values.
     *
     * @throws CommandFailure if one makes no sense
     */
    void check() {
        items();
        seconds();
        if (maxSpansPerSecond != null && (maxSpansPerSecond < 1 || maxSpansPerSecond > MAX_SPANS_PER_SECOND)) {
            throw CommandFailure.usage(
                    "--max-spans-per-second " + maxSpansPerSecond + " is out of range; allowed are 1 to 100000");
        }
    }

    /** The spec for these pods. */
    TraceRequestSpec spec(PodChoice pods) {
        check();
        var sinkRef = sink == null ? null : new TraceRequestSpec.SinkRef(sink);
        List<String> names = containers.isEmpty() ? null : containers;
        Integer seconds = seconds().orElse(null);
        List<String> calls = items().orElse(null);
        return switch (pods) {
            case PodChoice.ByName(String podName) -> spec(podName, null, names, seconds, calls, sinkRef);
            case PodChoice.BySelector(LabelSelector selector) -> spec(null, selector, names, seconds, calls, sinkRef);
        };
    }

    private TraceRequestSpec spec(
            @Nullable String podName,
            @Nullable LabelSelector selector,
            @Nullable List<String> names,
            @Nullable Integer seconds,
            @Nullable List<String> calls,
            TraceRequestSpec.@Nullable SinkRef sinkRef) {
        return new TraceRequestSpec(
                podName,
                selector,
                null,
                names,
                null,
                seconds,
                calls,
                null,
                null,
                sinkRef,
                maxSpansPerSecond,
                null,
                null,
                null,
                null,
                null);
    }

    private Optional<Integer> seconds() {
        return Optional.ofNullable(duration).map(WindowLength::parseSeconds);
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
