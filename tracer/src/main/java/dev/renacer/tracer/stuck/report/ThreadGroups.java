// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.report;

import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.stuck.Activity;
import dev.renacer.tracer.stuck.Party;
import dev.renacer.tracer.stuck.StuckThread;
import dev.renacer.tracer.stuck.WaitFor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Threads that do the same, so that a pool of hundreds is one entry. */
final class ThreadGroups {
    /**
     * What threads of a group have in common: not the addresses and numbers in their calls, but the lock that they wait for. Two
     * locks of one owner are two entries.
     */
    private record Likeness(
            Activity activity,
            boolean ran,
            Optional<String> call,
            String kernelFunction,
            List<String> functions,
            List<WaitFor.Kind> kinds,
            List<String> locks,
            List<Integer> parties) {
        static Likeness of(StuckThread thread) {
            return new Likeness(
                    thread.activity(),
                    thread.ran(),
                    thread.syscall(),
                    thread.kernelFunction(),
                    thread.stack().map(Likeness::functions).orElseGet(List::of),
                    thread.waits().stream().map(WaitFor::kind).toList(),
                    thread.waits().stream()
                            .filter(wait -> wait.kind() == WaitFor.Kind.LOCK)
                            .map(WaitFor::text)
                            .toList(),
                    thread.waits().stream()
                            .flatMap(wait -> wait.parties().stream())
                            .map(Party::tid)
                            .toList());
        }

        private static List<String> functions(CallStack stack) {
            return stack.frames().stream()
                    .map(frame -> frame.file().orElse("")
                            + ' '
                            + frame.function().orElseGet(() -> Long.toHexString(frame.address())))
                    .toList();
        }
    }

    private ThreadGroups() {}

    /**
     * Those of these threads that look alike, each group by how long its threads sleep; what is suspicious first.
     *
     * @param alone  threads that stand for themselves
     */
    static List<List<StuckThread>> of(List<StuckThread> threads, Set<Integer> alone) {
        Map<Object, List<StuckThread>> groups = new LinkedHashMap<>();
        for (StuckThread thread : threads) {
            Object likeness = alone.contains(thread.tid()) ? (Object) thread.tid() : Likeness.of(thread);
            groups.computeIfAbsent(likeness, _ -> new ArrayList<>()).add(thread);
        }
        Comparator<StuckThread> byAge =
                Comparator.comparingLong(thread -> -thread.age().nanos());
        groups.values().forEach(group -> group.sort(byAge));
        Comparator<List<StuckThread>> bySuspicion =
                Comparator.comparingInt(group -> -group.getFirst().suspicion());
        return groups.values().stream()
                .sorted(bySuspicion.thenComparing(List::getFirst, byAge))
                .toList();
    }
}
