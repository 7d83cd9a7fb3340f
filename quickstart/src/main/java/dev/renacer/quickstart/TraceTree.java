// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.quickstart.otlp.ReceivedSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One trace out of what a receiver got: its root and what hangs below it.
 *
 * @param root the root with the most children
 * @param children of any span of the trace, by the span's id and in the order of their start
 */
record TraceTree(ReceivedSpan root, Map<String, List<ReceivedSpan>> children) {
    private static final int CHILD_ROWS = 14;
    private static final int GRANDCHILD_ROWS = 4;

    /** The trace whose root has the most children; none if no root came. */
    static Optional<TraceTree> largest(List<ReceivedSpan> spans) {
        Map<String, List<ReceivedSpan>> byParent = spans.stream()
                .sorted(Comparator.comparingLong(ReceivedSpan::startNanos))
                .collect(Collectors.groupingBy(span -> key(span.traceId(), span.parentId())));
        Function<ReceivedSpan, Integer> count =
                span -> byParent.getOrDefault(key(span.traceId(), span.spanId()), List.of())
                        .size();
        return spans.stream()
                .filter(ReceivedSpan::isRoot)
                .max(Comparator.comparing(count))
                .map(root -> new TraceTree(root, inTrace(root.traceId(), spans)));
    }

    private static Map<String, List<ReceivedSpan>> inTrace(String traceId, List<ReceivedSpan> spans) {
        return spans.stream()
                .filter(span -> span.traceId().equals(traceId) && !span.isRoot())
                .sorted(Comparator.comparingLong(ReceivedSpan::startNanos))
                .collect(Collectors.groupingBy(ReceivedSpan::parentId));
    }

    private static String key(String traceId, String spanId) {
        return traceId + "/" + spanId;
    }

    /** Spans whose parent is this one, in the order of their start. */
    List<ReceivedSpan> childrenOf(ReceivedSpan span) {
        return children.getOrDefault(span.spanId(), List.of());
    }

    /** System calls of the root's process. */
    List<ReceivedSpan> calls() {
        return childrenOf(root).stream().filter(TraceTree::isCall).toList();
    }

    private static boolean isCall(ReceivedSpan span) {
        return span.name().startsWith("syscall: ");
    }

    /** Calls that begin before their root or end after it. */
    List<ReceivedSpan> callsOutsideTheirRoot() {
        return calls().stream()
                .filter(call -> call.startNanos() < root.startNanos() || call.endNanos() > root.endNanos())
                .toList();
    }

    /** The tree, a line a span: the first calls of the root, the first process it started with its first calls, and how many more. */
    List<String> render(Palette palette) {
        List<String> lines = new ArrayList<>();
        lines.add(row(root, "", palette));
        List<ReceivedSpan> all = childrenOf(root);
        List<ReceivedSpan> shown = new ArrayList<>(all.subList(0, Math.min(CHILD_ROWS, all.size())));
        all.stream()
                .filter(span -> !isCall(span) && !shown.contains(span))
                .findFirst()
                .ifPresent(shown::add);
        int more = all.size() - shown.size();
        for (int i = 0; i < shown.size(); i++) {
            boolean last = i == shown.size() - 1 && more == 0;
            ReceivedSpan child = shown.get(i);
            lines.add(row(child, last ? "└─ " : "├─ ", palette));
            lines.addAll(renderBelow(child, last ? "   " : "│  ", palette));
        }
        if (more > 0) {
            lines.add("└─ … and " + count(more) + " more");
        }
        return lines;
    }

    private List<String> renderBelow(ReceivedSpan span, String indent, Palette palette) {
        List<ReceivedSpan> below = childrenOf(span);
        int shown = Math.min(GRANDCHILD_ROWS, below.size());
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < shown; i++) {
            boolean last = i == below.size() - 1;
            lines.add(row(below.get(i), indent + (last ? "└─ " : "├─ "), palette));
        }
        if (below.size() > shown) {
            lines.add(indent + "└─ … and " + count(below.size() - shown) + " more");
        }
        return lines;
    }

    private static String row(ReceivedSpan span, String branch, Palette palette) {
        String name = branch + span.name();
        String duration = duration(span.durationNanos());
        String error = span.attributes().getOrDefault("error.type", "");
        String said = isCall(span)
                ? span.attributes().getOrDefault("syscall.args", "")
                : "pid " + span.attributes().getOrDefault("process.pid", "?");
        String line = String.format(Locale.ROOT, "%-34s %10s  %-12s %s", name, duration, error, said)
                .stripTrailing();
        return span.failed() ? palette.error(line) : line;
    }

    /** A duration with three digits or so: {@code 870 ns}, {@code 12.3 µs}, {@code 45.1 ms}, {@code 10.0 s}. */
    static String duration(long nanos) {
        if (nanos < 1_000) {
            return nanos + " ns";
        }
        if (nanos < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
        }
        if (nanos < 1_000_000_000) {
            return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
        }
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }

    /** A number with its thousands apart. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
