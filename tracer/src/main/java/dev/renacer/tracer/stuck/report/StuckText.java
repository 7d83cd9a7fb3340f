// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.report;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.stuck.StuckProcess;
import dev.renacer.tracer.stuck.StuckReport;
import dev.renacer.tracer.stuck.StuckThread;
import dev.renacer.tracer.stuck.WaitFor;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What threads wait for, for people: deadlocks first, then what is most suspicious. Printable ASCII. */
public final class StuckText {
    private static final int MOST_NAMED = 6;

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
            out.append(ThreadEntry.place(thread));
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
        ThreadEntry.of(process.threads(), alone).forEach(entry -> entry(out, entry));
        out.append('\n');
    }

    private static void entry(StringBuilder out, ThreadEntry entry) {
        StuckThread first = entry.threads().getFirst();
        out.append("  ");
        if (entry.threads().size() == 1) {
            out.append("thread ").append(first.tid()).append(" (").append(ByteText.shown(first.name()));
            out.append("): ");
        } else {
            out.append(entry.threads().size()).append(" threads: ");
        }
        out.append(entry.doing()).append('\n');
        if (entry.threads().size() > 1) {
            out.append("    ").append(named(entry.threads())).append('\n');
        }
        if (!first.call().isEmpty()) {
            out.append("    ").append(first.call()).append('\n');
        }
        for (WaitFor wait : first.waits()) {
            out.append("    ").append(wait.text()).append('\n');
        }
        entry.stack().forEach(line -> out.append("     ").append(line).append('\n'));
    }

    private static String named(List<StuckThread> group) {
        String some = group.stream()
                .limit(MOST_NAMED)
                .map(thread -> thread.tid() + " (" + ByteText.shown(thread.name()) + ")")
                .collect(Collectors.joining(", "));
        return group.size() > MOST_NAMED ? some + " and " + (group.size() - MOST_NAMED) + " more" : some;
    }
}
