// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.look;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.capture.ByteText;
import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.ContainerLook.AlikeThreads;
import dev.renacer.crds.ContainerLook.Deadlock;
import dev.renacer.crds.ContainerLook.LookedProcess;
import dev.renacer.crds.ContainerLook.LookedThread;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.tracer.stuck.StuckProcess;
import dev.renacer.tracer.stuck.StuckReport;
import dev.renacer.tracer.stuck.StuckThread;
import dev.renacer.tracer.stuck.WaitFor;
import dev.renacer.tracer.stuck.call.Age;
import dev.renacer.tracer.stuck.report.ThreadEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A report in the form that a status has: threads that do the same are one entry, and what is least suspicious is left out where there
 * is no room. What was left out is counted.
 */
final class FoldedLook {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_NAMED = 6;
    private static final int LONGEST_TEXT = 1024;
    private static final int MOST_DEADLOCKED = 16;
    /** For the names of pod and container, the time, and the sentence about what was left out. */
    private static final int FRAME_BYTES = 1024;

    private final StuckReport report;
    private final Set<Integer> alone = new HashSet<>();
    private int left;
    private int stacksLeftOut;
    private int threadsLeftOut;
    private int processesLeftOut;

    /**
     * @param mostBytes  of the answer, as JSON
     */
    FoldedLook(StuckReport report, int mostBytes) {
        this.report = report;
        this.left = mostBytes - FRAME_BYTES;
        report.deadlocks().forEach(circle -> circle.forEach(thread -> alone.add(thread.tid())));
    }

    ContainerLook of(Target target) {
        List<Deadlock> deadlocks = new ArrayList<>();
        for (List<StuckThread> circle : report.deadlocks()) {
            Deadlock deadlock = deadlock(circle);
            if (fits(deadlock)) {
                deadlocks.add(deadlock);
            }
        }
        List<LookedProcess> processes = new ArrayList<>();
        report.processes().stream()
                .sorted(Comparator.comparingInt((StuckProcess process) -> -process.suspicion()))
                .forEach(process -> add(processes, process));
        return new ContainerLook(
                null,
                target.podName(),
                target.containerName(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                deadlocks,
                processes,
                leftOut());
    }

    private static Deadlock deadlock(List<StuckThread> circle) {
        Stream<String> sentences = circle.stream()
                .limit(MOST_DEADLOCKED)
                .map(thread -> text("thread " + thread.innerTid() + " (" + ByteText.shown(thread.name()) + ") "
                        + thread.waits().getFirst().text() + ThreadEntry.place(thread)));
        Stream<String> more = circle.size() > MOST_DEADLOCKED
                ? Stream.of("and " + (circle.size() - MOST_DEADLOCKED) + " more threads")
                : Stream.empty();
        return new Deadlock(Stream.concat(sentences, more).toList());
    }

    private void add(List<LookedProcess> processes, StuckProcess process) {
        LookedProcess empty = process(process, List.of());
        if (!fits(empty)) {
            processesLeftOut++;
            return;
        }
        List<AlikeThreads> groups = new ArrayList<>();
        for (ThreadEntry entry : ThreadEntry.of(process.threads(), alone)) {
            AlikeThreads group = group(entry);
            if (fits(group)) {
                groups.add(group);
            } else if (group.stack() != null && fits(group.withoutStack())) {
                groups.add(group.withoutStack());
                stacksLeftOut++;
            } else {
                threadsLeftOut += group.count();
            }
        }
        processes.add(process(process, groups));
    }

    private static LookedProcess process(StuckProcess process, List<AlikeThreads> groups) {
        return new LookedProcess(
                process.threads().stream()
                        .filter(thread -> thread.tid() == process.pid())
                        .mapToInt(StuckThread::innerTid)
                        .findFirst()
                        .orElse(0),
                process.pid(),
                ByteText.shown(process.name()),
                process.parent().pid() == 0
                        ? null
                        : process.parent().shown() + " ("
                                + ByteText.shown(process.parent().name()) + ")",
                process.threads().size(),
                process.facts().stream().map(fact -> text(fact.text())).toList(),
                process.missing(),
                groups);
    }

    private static AlikeThreads group(ThreadEntry entry) {
        StuckThread first = entry.threads().getFirst();
        return new AlikeThreads(
                entry.threads().size(),
                entry.threads().stream()
                        .limit(MOST_NAMED)
                        .map(thread -> new LookedThread(thread.innerTid(), ByteText.shown(thread.name())))
                        .toList(),
                text(entry.doing()),
                first.age().kind() == Age.Kind.UNKNOWN
                        ? null
                        : TimeUnit.NANOSECONDS.toMillis(first.age().nanos()),
                first.call().isEmpty() ? null : text(first.call()),
                first.waits().stream().map(WaitFor::text).map(FoldedLook::text).toList(),
                entry.stack().stream().map(line -> text(line.strip())).toList());
    }

    /** A program chooses the length of paths and names. */
    private static String text(String whole) {
        return whole.length() <= LONGEST_TEXT ? whole : whole.substring(0, LONGEST_TEXT) + "...";
    }

    private boolean fits(Object part) {
        try {
            int size = JSON.writeValueAsBytes(part).length + 1;
            if (size > left) {
                return false;
            }
            left -= size;
            return true;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers cannot be written as JSON", e);
        }
    }

    private @Nullable String leftOut() {
        List<String> parts = new ArrayList<>();
        count(parts, processesLeftOut, "process", "processes");
        count(parts, threadsLeftOut, "thread", "threads");
        count(parts, stacksLeftOut, "stack", "stacks");
        return parts.isEmpty()
                ? null
                : String.join(", ", parts)
                        + " left out, the least suspicious, for want of room in the status; look at fewer"
                        + " processes at once";
    }

    private static void count(List<String> parts, int count, String one, String several) {
        if (count > 0) {
            parts.add(count + " " + (count == 1 ? one : several));
        }
    }
}
