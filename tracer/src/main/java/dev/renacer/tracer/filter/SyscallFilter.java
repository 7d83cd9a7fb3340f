// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.plan.ArgumentRead;
import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.plan.ExitRule;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.http.TransferCalls;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which system calls are traced. Items are names ({@code openat}), numbers ({@code 462}, in every ABI; {@code
 * syscall_0x1f4}, as a call without a name is shown), classes ({@code network}, {@code %file}, {@code all}, {@code none})
 * and regular expressions ({@code /^open/}, RE2 syntax, found anywhere in a name); {@code !} before an item excludes
 * it, {@code ?} allows one that names nothing here. Exclusion wins over inclusion; if nothing is included, everything
 * that is not excluded is. Immutable.
 */
public final class SyscallFilter {
    /** Selects every call, including those that the tables do not know. */
    public static final SyscallFilter EVERYTHING = new SyscallFilter(List.of());

    /** Stands for every number that is in no plan. */
    private static final int UNLISTED = -1;

    private final List<FilterItem> included;
    private final List<FilterItem> excluded;

    private SyscallFilter(List<FilterItem> items) {
        included = items.stream().filter(item -> !item.negated()).toList();
        excluded = items.stream().filter(FilterItem::negated).toList();
    }

    /**
     * Reads the argument of {@code -e}: {@code trace=LIST}, {@code t=LIST} or a bare LIST, its items separated by
     * commas.
     *
     * @throws FilterSyntaxException if it cannot be understood
     */
    public static SyscallFilter parse(String expression) throws FilterSyntaxException {
        String list = expression;
        int equals = expression.indexOf('=');
        if (equals > 0 && expression.substring(0, equals).matches("[a-z-]+")) {
            String qualifier = expression.substring(0, equals);
            if (!qualifier.equals("trace") && !qualifier.equals("t")) {
                throw new FilterSyntaxException("unknown qualifier '" + qualifier + "=' in -e, only trace= is known");
            }
            list = expression.substring(equals + 1);
        }
        if (list.isBlank()) {
            throw new FilterSyntaxException("the filter '" + expression
                    + "' names nothing: give names, classes or /expressions/, or 'none' to trace no call");
        }
        return of(List.of(list));
    }

    /**
     * Reads a list of items, each of which may contain several, separated by commas. An empty list selects everything.
     *
     * @throws FilterSyntaxException if an item cannot be understood
     */
    public static SyscallFilter of(List<String> items) throws FilterSyntaxException {
        return items.isEmpty() ? EVERYTHING : new SyscallFilter(new FilterParser().items(items));
    }

    /** Whether this call is traced. */
    public boolean selects(Syscall call) {
        if (excluded.stream().anyMatch(item -> item.matches(call))) {
            return false;
        }
        return included.isEmpty() || included.stream().anyMatch(item -> item.matches(call));
    }

    /** Whether any call is traced that sends or receives messages through a socket. */
    public boolean selectsPackets() {
        if (included.isEmpty() && excluded.isEmpty()) {
            return true;
        }
        for (Abi abi : Abi.values()) {
            for (Syscall call : SyscallTable.instance().calls(abi)) {
                if (call.pointees().values().stream().anyMatch(Pointee::isPacket) && selects(call)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether an item asks for this very call, by name, number or expression but not by class. */
    public boolean names(Syscall call) {
        return included.stream().anyMatch(item -> item.isOneByOne() && item.matches(call));
    }

    /** What is followed through calls that are not selected. */
    public enum Following {
        /** If connect(2) is selected: calls that show how a connection ended. */
        CONNECTIONS,
        /** Calls that make, copy or close descriptors. */
        DESCRIPTORS,
        /** Of selected calls: for whose request a program works, by the heads of HTTP that it transfers. */
        HEADS,
        /**
         * What the kernel says of the descriptors that a call has made: read while its thread is stopped, which costs that thread
         * time.
         */
        LINKS
    }

    /** What the capture engine must do: skip calls that are not selected, and read what arguments of the others point to. */
    public CapturePlan plan(ArgumentDetail detail) {
        return plan(detail, Set.of());
    }

    /**
     * As {@link #plan}; if connect(2) is selected, calls that show how a connection ended are captured as well, and
     * reported by {@link dev.renacer.tracer.TraceListener#onUnaskedCall}.
     */
    public CapturePlan planWithConnections(ArgumentDetail detail) {
        return plan(detail, EnumSet.of(Following.CONNECTIONS));
    }

    /**
     * As {@link #plan}; calls that are needed to follow something are captured as well, and reported by {@link
     * dev.renacer.tracer.TraceListener#onUnaskedCall}.
     */
    public CapturePlan plan(ArgumentDetail detail, Set<Following> following) {
        // If every call is selected, none need be captured to follow something.
        boolean everything = included.isEmpty() && excluded.isEmpty();
        return everything
                ? PreparedPlan.everything(detail, following, () -> made(detail, following))
                : made(detail, following);
    }

    CapturePlan made(ArgumentDetail detail, Set<Following> following) {
        SyscallTable table = SyscallTable.instance();
        Map<Integer, byte[]> plans = new HashMap<>();
        Map<Integer, Map<Integer, List<ArgumentRead>>> reads = new HashMap<>();
        Map<Integer, Map<Integer, ExitRule>> rules = new HashMap<>();
        for (Abi abi : Abi.values()) {
            Set<Following> followed = followed(following, abi);
            boolean connections = following.contains(Following.CONNECTIONS) && selectsNamed(abi, "connect");
            byte[] plan = new byte[size(abi)];
            Map<Integer, List<ArgumentRead>> readsByNumber = new HashMap<>();
            Map<Integer, ExitRule> rulesByNumber = new HashMap<>();
            for (int number = 0; number < plan.length; number++) {
                Syscall syscall = planned(abi, number);
                boolean selected = selects(syscall);
                plan[number] = selected ? 0 : CapturePlan.SKIP;
                boolean names = !selected && following.contains(Following.DESCRIPTORS) && ExitRules.isFollowed(syscall);
                List<ArgumentRead> readsOfCall = selected || names
                        ? reads(syscall, selected ? detail : ArgumentDetail.NAMES, followed)
                        : List.of();
                int at = number;
                ExitRules.of(syscall, selected, connections, names)
                        .filter(rule -> !isRead(rule, readsOfCall))
                        .ifPresent(rule -> rulesByNumber.put(at, rule));
                readsByNumber.put(number, readsOfCall);
            }
            plans.put(abi.auditArch(), plan);
            reads.put(abi.auditArch(), readsByNumber);
            rules.put(abi.auditArch(), rulesByNumber);
        }
        return new CapturePlan(plans, reads, rules, !selects(table.lookup(Abi.X86_64, UNLISTED)));
    }

    private static List<ArgumentRead> reads(Syscall syscall, ArgumentDetail detail, Set<Following> following) {
        List<ArgumentRead> reads = ArgumentReads.of(syscall, detail);
        List<ArgumentRead> heads = following.contains(Following.HEADS) ? HeadReads.of(syscall) : List.of();
        List<ArgumentRead> links = following.contains(Following.LINKS) ? DescriptorReads.of(syscall) : List.of();
        return heads.isEmpty() && links.isEmpty()
                ? reads
                : Stream.of(reads, heads, links).flatMap(List::stream).toList();
    }

    /** Whether what a rule reads is read anyway. */
    private static boolean isRead(ExitRule rule, List<ArgumentRead> reads) {
        return rule.written()
                .filter(written -> reads.stream()
                        .anyMatch(read -> read.argument() == written.argument()
                                && read.times().contains(ArgumentRead.When.EXIT)))
                .isPresent();
    }

    /** A head tells something only with all that happens to its connection. */
    private Set<Following> followed(Set<Following> following, Abi abi) {
        if (!following.contains(Following.HEADS)
                || TransferCalls.names().stream()
                        .allMatch(name -> SyscallTable.instance().lookup(abi, name).stream()
                                .allMatch(this::selects))) {
            return following;
        }
        Set<Following> less = EnumSet.copyOf(following);
        less.remove(Following.HEADS);
        return less;
    }

    private boolean selectsNamed(Abi abi, String name) {
        return SyscallTable.instance().lookup(abi, name).filter(this::selects).isPresent();
    }

    /** The call with this number; x32 has some of its own in addition to those of x86-64. */
    private static Syscall planned(Abi abi, int number) {
        SyscallTable table = SyscallTable.instance();
        Syscall syscall = table.lookup(abi, number);
        return abi == Abi.X86_64 && !syscall.known() ? table.lookup(abi, number | SyscallTable.X32_BIT) : syscall;
    }

    private int size(Abi abi) {
        IntStream given =
                Stream.concat(included.stream(), excluded.stream()).flatMapToInt(item -> item.number().stream());
        return Math.max(given.max().orElse(0), SyscallTable.instance().greatest(abi)) + 1;
    }
}
