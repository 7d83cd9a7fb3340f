// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.CapturePlan;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which system calls are traced. Items are names ({@code openat}), classes ({@code network}, {@code %file}, {@code
 * all}, {@code none}) and regular expressions ({@code /^open/}, RE2 syntax, found anywhere in a
 * name); {@code !} before an item
 * excludes it, {@code ?} makes one optional that names nothing here. Excluded wins over included; with nothing included
 * everything else is. Immutable.
 */
public final class SyscallFilter {
    /** Selects every call, also those the tables do not know. */
    public static final SyscallFilter EVERYTHING = new SyscallFilter(List.of());

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
     * Reads a list of items, each of which may hold several, separated by commas. An empty list selects everything.
     *
     * @throws FilterSyntaxException if an item cannot be understood
     */
    public static SyscallFilter of(List<String> items) throws FilterSyntaxException {
        return items.isEmpty() ? EVERYTHING : new SyscallFilter(new FilterParser().items(items));
    }

    /** Whether a call of this name is traced. */
    public boolean selects(String name) {
        if (excluded.stream().anyMatch(item -> item.matches(name))) {
            return false;
        }
        return included.isEmpty() || included.stream().anyMatch(item -> item.matches(name));
    }

    /** What the capture engine is to do: skip what is not selected, read the strings of what is. */
    public CapturePlan plan() {
        SyscallTable table = SyscallTable.instance();
        Map<Integer, byte[]> plans = new HashMap<>();
        for (Abi abi : Abi.values()) {
            Collection<Syscall> further = abi == Abi.X86_64 ? table.x32Calls() : List.of();
            plans.put(abi.auditArch(), plan(abi, further));
        }
        return new CapturePlan(plans, !selectsUnknown());
    }

    private byte[] plan(Abi abi, Collection<Syscall> further) {
        SyscallTable table = SyscallTable.instance();
        int size = 1;
        for (Syscall syscall : table.calls(abi)) {
            size = Math.max(size, syscall.number() + 1);
        }
        for (Syscall syscall : further) {
            size = Math.max(size, (syscall.number() & ~SyscallTable.X32_BIT) + 1);
        }
        byte[] plan = new byte[size];
        for (int number = 0; number < size; number++) {
            plan[number] = plan(table.lookup(abi, number));
        }
        for (Syscall syscall : further) {
            int number = syscall.number() & ~SyscallTable.X32_BIT;
            if (!table.lookup(abi, number).known()) {
                plan[number] = plan(syscall);
            }
        }
        return plan;
    }

    private byte plan(Syscall syscall) {
        if (syscall.known() ? !selects(syscall.name()) : !selectsUnknown()) {
            return CapturePlan.SKIP;
        }
        int strings = 0;
        for (int index = 0; index < syscall.parameters().size(); index++) {
            ParameterKind kind = syscall.parameters().get(index).kind();
            if (kind == ParameterKind.PATH || kind == ParameterKind.STRING) {
                strings |= 1 << index;
            }
        }
        return (byte) strings;
    }

    /** A call without a name is selected where everything is that is not excluded. */
    private boolean selectsUnknown() {
        return included.isEmpty() || included.stream().anyMatch(FilterItem::isAll);
    }
}
