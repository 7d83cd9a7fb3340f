// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.report;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.output.notation.StackLines;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.stuck.Activity;
import dev.renacer.tracer.stuck.Age;
import dev.renacer.tracer.stuck.StuckProcess;
import dev.renacer.tracer.stuck.StuckReport;
import dev.renacer.tracer.stuck.StuckThread;
import dev.renacer.tracer.stuck.WaitFor;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What threads wait for, for people: deadlocks first, then what is most suspicious. Printable ASCII. */
public final class StuckText {
    private static final int MOST_FRAMES = 10;
    private static final int MOST_NAMED = 6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long SECONDS_OF_MINUTE = 60;
    private static final long SECONDS_OF_HOUR = 3600;

    private final StuckReport report;
    private final Set<Integer> alone = new HashSet<>();

    public StuckText(StuckReport report) {
        this.report = report;
        report.deadlocks().forEach(circle -> circle.forEach(thread -> alone.add(thread.tid())));
    }

    /** Writes it. */
    public void writeTo(StringBuilder out) {
        report.deadlocks().forEach(circle -> deadlock(out, circle));
        report.processes().stream()
                .sorted(Comparator.comparingInt((StuckProcess process) -> -process.suspicion()))
                .forEach(process -> process(out, process));
    }

    private static void deadlock(StringBuilder out, List<StuckThread> circle) {
        out.append("DEADLOCK of ").append(circle.size()).append(circle.size() == 1 ? " thread:\n" : " threads:\n");
        for (StuckThread thread : circle) {
            out.append("  thread ").append(thread.tid()).append(" (").append(ByteText.shown(thread.name()));
            out.append(") ").append(thread.waits().getFirst().text());
            thread.location().ifPresent(place -> place(out.append(", at "), place));
            out.append('\n');
        }
        out.append('\n');
    }

    private void process(StringBuilder out, StuckProcess process) {
        out.append("process ").append(process.pid()).append(" (").append(ByteText.shown(process.name()));
        out.append("), ").append(process.threads().size());
        out.append(process.threads().size() == 1 ? " thread" : " threads");
        if (process.parent().pid() != 0) {
            out.append("; parent ").append(process.parent().pid()).append(" (");
            out.append(ByteText.shown(process.parent().name())).append(")");
        }
        out.append('\n');
        process.facts().forEach(fact -> out.append("  ").append(fact.text()).append('\n'));
        process.missing()
                .forEach(what -> out.append("  not shown: ").append(what).append('\n'));
        ThreadGroups.of(process.threads(), alone).forEach(group -> group(out, group));
        out.append('\n');
    }

    private static void group(StringBuilder out, List<StuckThread> group) {
        StuckThread first = group.getFirst();
        out.append("  ");
        if (group.size() == 1) {
            out.append("thread ").append(first.tid()).append(" (").append(ByteText.shown(first.name()));
            out.append("): ");
        } else {
            out.append(group.size()).append(" threads: ");
        }
        out.append(first.activity().text());
        age(out, group);
        if (!first.load().isEmpty()) {
            out.append("; ").append(first.load());
        }
        if (first.ran() && !first.call().isEmpty()) {
            out.append("; ran since it was in this call");
        }
        kernel(out, first);
        first.location().ifPresent(place -> place(out.append(", at "), place));
        out.append('\n');
        if (group.size() > 1) {
            out.append("    ").append(named(group)).append('\n');
        }
        if (!first.call().isEmpty()) {
            out.append("    ").append(first.call()).append('\n');
        }
        for (WaitFor wait : first.waits()) {
            out.append("    ").append(wait.text()).append('\n');
        }
        first.stack().ifPresent(stack -> stack(out, stack));
    }

    /** The longest is that of the first; a group has a shortest one, too. */
    private static void age(StringBuilder out, List<StuckThread> group) {
        Age longest = group.getFirst().age();
        Age shortest = group.getLast().age();
        if (longest.kind() == Age.Kind.UNKNOWN) {
            return;
        }
        boolean several = group.size() > 1 && !text(longest).equals(text(shortest));
        out.append(longest.kind() == Age.Kind.AT_LEAST ? " for at least " : " for ");
        if (several) {
            out.append(text(shortest)).append(" to ");
        }
        out.append(text(longest));
    }

    private static String text(Age age) {
        double seconds = age.nanos() / NANOS_PER_SECOND;
        long whole = (long) seconds;
        if (whole < SECONDS_OF_MINUTE) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return whole < SECONDS_OF_HOUR
                ? "%d min %d s".formatted(whole / SECONDS_OF_MINUTE, whole % SECONDS_OF_MINUTE)
                : "%d h %d min".formatted(whole / SECONDS_OF_HOUR, whole % SECONDS_OF_HOUR / SECONDS_OF_MINUTE);
    }

    private static void kernel(StringBuilder out, StuckThread thread) {
        boolean matters = thread.activity() == Activity.UNINTERRUPTIBLE
                || (thread.activity() != Activity.RUNNABLE && thread.call().isEmpty());
        String function = !thread.kernelFunction().isEmpty()
                ? thread.kernelFunction()
                : thread.kernelStack().isEmpty() ? "" : thread.kernelStack().getFirst();
        if (matters && !function.isEmpty()) {
            out.append(" in the kernel's ").append(ByteText.shown(function));
        }
    }

    private static void place(StringBuilder out, SourceLocation place) {
        String where = place.shortPlace().orElse("");
        String function = place.function().orElse("");
        out.append(ByteText.shown(where)).append(where.isEmpty() || function.isEmpty() ? "" : " ");
        out.append(ByteText.shown(function));
    }

    private static String named(List<StuckThread> group) {
        String some = group.stream()
                .limit(MOST_NAMED)
                .map(thread -> thread.tid() + " (" + ByteText.shown(thread.name()) + ")")
                .collect(Collectors.joining(", "));
        return group.size() > MOST_NAMED ? some + " and " + (group.size() - MOST_NAMED) + " more" : some;
    }

    private static void stack(StringBuilder out, CallStack stack) {
        boolean cut = stack.frames().size() > MOST_FRAMES;
        StringBuilder lines = new StringBuilder();
        StackLines.append(
                lines, cut ? new CallStack(stack.frames().subList(0, MOST_FRAMES), CallStack.End.OUTERMOST) : stack);
        lines.toString()
                .lines()
                .forEach(line -> out.append("     ").append(line).append('\n'));
        if (cut) {
            out.append("      > and ")
                    .append(stack.frames().size() - MOST_FRAMES)
                    .append(" more\n");
        }
    }
}
