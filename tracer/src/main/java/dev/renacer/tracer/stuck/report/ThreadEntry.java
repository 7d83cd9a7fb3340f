// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.report;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.output.notation.StackLines;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.stuck.Activity;
import dev.renacer.tracer.stuck.StuckThread;
import dev.renacer.tracer.stuck.call.Age;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Threads that do the same, as one entry of a report. Texts are printable ASCII.
 *
 * @param threads  the one that sleeps longest first; what is told of their call and waits is told of that one
 * @param doing    state, age, load and place, in words
 * @param stack    a line for each frame, the innermost first, and one for what is left out
 */
public record ThreadEntry(List<StuckThread> threads, String doing, List<String> stack) {
    private static final int MOST_FRAMES = 10;
    private static final int MOST_FUTEXES = 6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long SECONDS_OF_MINUTE = 60;
    private static final long SECONDS_OF_HOUR = 3600;

    public ThreadEntry {
        threads = List.copyOf(threads);
        stack = List.copyOf(stack);
    }

    /**
     * The entries of these threads, what is suspicious first.
     *
     * @param alone  threads that stand for themselves
     */
    public static List<ThreadEntry> of(List<StuckThread> threads, Set<Integer> alone) {
        return ThreadGroups.of(threads, alone).stream()
                .map(group -> new ThreadEntry(
                        group,
                        doing(group),
                        group.getFirst().stack().map(ThreadEntry::lines).orElseGet(List::of)))
                .toList();
    }

    private static String doing(List<StuckThread> group) {
        StuckThread first = group.getFirst();
        StringBuilder out = new StringBuilder(first.activity().text());
        age(out, group);
        if (!first.load().isEmpty()) {
            out.append("; ").append(first.load());
        }
        if (first.ran() && !first.call().isEmpty()) {
            out.append("; ran since it was in this call");
        }
        kernel(out, first);
        futexes(out, group);
        return out.append(place(first)).toString();
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

    /** Beside the call of the first it would read as if all waited at the same. */
    private static void futexes(StringBuilder out, List<StuckThread> group) {
        List<Long> all = group.stream()
                .map(StuckThread::futex)
                .filter(address -> address != 0)
                .distinct()
                .toList();
        if (all.size() < 2) {
            return;
        }
        out.append(" at ").append(all.size()).append(" futexes (");
        out.append(all.stream()
                .limit(MOST_FUTEXES)
                .map(address -> "0x" + Long.toHexString(address))
                .collect(Collectors.joining(", ")));
        out.append(all.size() > MOST_FUTEXES ? " and " + (all.size() - MOST_FUTEXES) + " more)" : ")");
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

    /** {@code , at bank.c:10 transfer}; empty if that is not known. */
    public static String place(StuckThread thread) {
        if (thread.location().isEmpty()) {
            return "";
        }
        SourceLocation place = thread.location().get();
        String where = place.shortPlace().orElse("");
        String function = place.function().orElse("");
        return ", at " + ByteText.shown(where) + (where.isEmpty() || function.isEmpty() ? "" : " ")
                + ByteText.shown(function);
    }

    private static List<String> lines(CallStack stack) {
        int frames = stack.frames().size();
        boolean cut = frames > MOST_FRAMES;
        StringBuilder lines = new StringBuilder();
        StackLines.append(
                lines, cut ? new CallStack(stack.frames().subList(0, MOST_FRAMES), CallStack.End.OUTERMOST) : stack);
        return Stream.concat(
                        lines.toString().lines(),
                        cut ? Stream.of(" > and " + (frames - MOST_FRAMES) + " more") : Stream.empty())
                .toList();
    }
}
