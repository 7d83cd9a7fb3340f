// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.statistics.FunctionPath.Symbol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How long the program's functions spent in system calls, from the stacks of calls: those a function made itself (its own
 * time) and those made by functions it called. Times of calls of several threads at once add up. Bounded: what is beyond the
 * bounds shares one row. For the consumer thread.
 */
public final class FunctionTimes implements TraceListener {
    /** Each has a histogram of some 25 KB. */
    static final int MOST_FUNCTIONS = 4_000;

    static final int MOST_PATHS = 1 << 14;
    /** Percentiles are within 1 %: a program has more functions than calls. */
    private static final int DIGITS = 2;

    private static final Symbol OTHERS = new Symbol("", "[other functions]", "[other functions]");

    /** What is known of one function. */
    public static final class Function {
        private final String module;
        private String name;
        private final Durations all = Durations.percentiles(DIGITS);
        private final Durations own = Durations.plain();
        private Optional<String> place = Optional.empty();

        private Function(Symbol symbol) {
            module = symbol.module();
            name = symbol.name();
        }

        /** Its name, as its source has it if that is known. */
        public String name() {
            return name;
        }

        /** The file it is in, without folders; empty if not known. */
        public String module() {
            return module;
        }

        /** Where in its source it made a call, the first that was seen. */
        public Optional<String> place() {
            return place;
        }

        /** The calls that it or a function it called made. */
        public Durations all() {
            return all;
        }

        /** Those that it made itself. */
        public Durations own() {
            return own;
        }

        /** The time of calls that functions it called made. */
        public long belowNanos() {
            return all.totalNanos() - own.totalNanos();
        }
    }

    /**
     * A way to a call through the program.
     *
     * @param functions  that which made the call first, then its caller
     * @param call       the call's name
     */
    public record Way(List<Function> functions, String call) {
        public Way {
            functions = List.copyOf(functions);
        }
    }

    /** A caller and a function that it called on the way to calls. */
    public record Caller(Function caller, Function callee) {}

    /**
     * A path with everything that one more call on it changes.
     *
     * @param ways  by the call's name
     */
    private record Counted(
            List<Function> path, List<Function> functions, List<Durations> callers, Map<String, Durations> ways) {}

    private final Map<Symbol, Function> functions = new HashMap<>();
    private final Map<Way, Durations> ways = new HashMap<>();
    private final Map<Caller, Durations> callers = new HashMap<>();
    /** Calls on one path share the object of their stack, and then their source. */
    private final IdentityHashMap<CallStack, Counted> known = new IdentityHashMap<>();

    private final Durations unlisted = Durations.plain();
    private long withoutStack;

    @Override
    public void onCall(SyscallCall call) {
        if (call.outcome() == Outcome.UNFINISHED) {
            return;
        }
        long nanos = call.durationNanos();
        Counted counted = counted(call);
        counted.path().getFirst().own.add(nanos);
        for (Function function : counted.functions()) {
            function.all.add(nanos);
        }
        for (Durations caller : counted.callers()) {
            caller.add(nanos);
        }
        counted.ways()
                .computeIfAbsent(call.syscall().name(), name -> way(counted.path(), name))
                .add(nanos);
    }

    private Durations way(List<Function> path, String call) {
        Way way = new Way(path, call);
        return ways.size() < MOST_PATHS || ways.containsKey(way)
                ? ways.computeIfAbsent(way, _ -> Durations.plain())
                : unlisted;
    }

    private Counted counted(SyscallCall call) {
        if (call.stack().isEmpty()) {
            withoutStack++;
            return count(call);
        }
        if (known.size() >= MOST_PATHS) {
            known.clear();
        }
        return known.computeIfAbsent(call.stack().get(), _ -> count(call));
    }

    private Counted count(SyscallCall call) {
        FunctionPath path = FunctionPath.of(call);
        List<Function> through = new ArrayList<>();
        path.functions().forEach(symbol -> through.add(function(symbol)));
        Function first = through.getFirst();
        if (first.place.isEmpty()) {
            first.place = path.place();
        }
        Set<Durations> called = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int index = 1; index < through.size(); index++) {
            Caller caller = new Caller(through.get(index), through.get(index - 1));
            if (callers.containsKey(caller) || callers.size() < MOST_PATHS) {
                called.add(callers.computeIfAbsent(caller, _ -> Durations.plain()));
            }
        }
        return new Counted(
                List.copyOf(through), List.copyOf(new HashSet<>(through)), List.copyOf(called), new HashMap<>());
    }

    private Function function(Symbol symbol) {
        Symbol key = new Symbol(symbol.module(), symbol.symbol(), symbol.symbol());
        Function function = functions.get(key);
        if (function == null) {
            boolean full = functions.size() >= MOST_FUNCTIONS;
            function = functions.computeIfAbsent(full ? OTHERS : key, _ -> new Function(full ? OTHERS : symbol));
        } else if (!symbol.name().equals(symbol.symbol())) {
            function.name = symbol.name();
        }
        return function;
    }

    @Override
    public void onEvent(TraceEvent event) {
        // Only calls take time.
    }

    /** The functions, that with the longest time in all first. */
    public List<Function> functions() {
        return functions.values().stream()
                .sorted(Comparator.comparingLong((Function function) -> function.all.totalNanos())
                        .reversed()
                        .thenComparingLong(function -> function.own.totalNanos()) // a caller in front of what it calls
                        .thenComparing(Function::name)
                        .thenComparing(Function::module))
                .toList();
    }

    /** Whether another function has the same name: only with its file is it told from that. */
    public boolean isNamesake(Function function) {
        return functions.values().stream().anyMatch(other -> other != function && other.name.equals(function.name));
    }

    /** Ways to calls with their times, the longest time first. */
    public List<Map.Entry<Way, Durations>> ways() {
        return sorted(ways.entrySet());
    }

    /** Callers with the times of the calls below them, the longest time first. */
    public List<Map.Entry<Caller, Durations>> callers() {
        return sorted(callers.entrySet());
    }

    private static <T> List<Map.Entry<T, Durations>> sorted(Collection<Map.Entry<T, Durations>> entries) {
        List<Map.Entry<T, Durations>> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(
                        (Map.Entry<T, Durations> entry) -> entry.getValue().totalNanos())
                .thenComparingLong(entry -> entry.getValue().count())
                .reversed());
        return Collections.unmodifiableList(sorted);
    }

    /** Calls whose way is not among {@link #ways()}, since there are too many. */
    public Durations unlisted() {
        return unlisted;
    }

    /** How many calls have no stack: of 32-bit programs, or in progress when the trace began. */
    public long withoutStack() {
        return withoutStack;
    }

    /** The time of all calls in nanoseconds. */
    public long totalNanos() {
        return functions.values().stream()
                .mapToLong(function -> function.own.totalNanos())
                .sum();
    }
}
