// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.comparison.Difference.Kind;
import dev.renacer.tracer.syscall.ExpectedErrors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * What differs between two traces, what matters most first. Immutable.
 *
 * @param before       the first trace
 * @param after        the second
 * @param beforeGroups  the calls of the first, as they were aligned
 * @param afterGroups   those of the second
 * @param differences  by kind; of a kind those of calls that both traces have first, and of these the greatest
 * @param bySite       whether calls were also aligned by the functions that make them: both traces must have these
 * @param tests        how many groups were tested for a shift
 */
public record Comparison(
        TraceProfile before,
        TraceProfile after,
        Map<CallKey, CallGroup> beforeGroups,
        Map<CallKey, CallGroup> afterGroups,
        List<Difference> differences,
        boolean bySite,
        int tests) {
    /** Other counts are reported from a tenth on. */
    private static final double LEAST_SHARE = 0.1;

    public Comparison {
        beforeGroups = Map.copyOf(beforeGroups);
        afterGroups = Map.copyOf(afterGroups);
        differences = List.copyOf(differences);
    }

    /** Compares two traces that have ended. */
    public static Comparison of(TraceProfile before, TraceProfile after) {
        boolean bySite = before.hasSites() && after.hasSites();
        Map<CallKey, CallGroup> first = bySite ? before.groups() : before.groupsWithoutSites();
        Map<CallKey, CallGroup> second = bySite ? after.groups() : after.groupsWithoutSites();
        Set<CallKey> keys = new TreeSet<>(first.keySet());
        keys.addAll(second.keySet());
        List<Difference> differences = new ArrayList<>();
        Shifts shifts = new Shifts();
        for (CallKey key : keys) {
            CallGroup one = first.getOrDefault(key, new CallGroup());
            CallGroup other = second.getOrDefault(key, new CallGroup());
            counts(differences, key, one, other);
            errors(differences, key, one, other);
            shifts.test(key, one, other);
        }
        differences.addAll(shifts.found());
        differences.sort(Comparator.comparing(Difference::kind)
                .thenComparing(Comparator.comparing(Difference::isOfKnownCalls).reversed())
                .thenComparing(Comparator.comparingDouble(Difference::weight).reversed())
                .thenComparing(Difference::key)
                .thenComparingInt(Difference::errno));
        return new Comparison(before, after, first, second, differences, bySite, shifts.count());
    }

    private static void counts(List<Difference> differences, CallKey key, CallGroup one, CallGroup other) {
        Kind kind;
        if (one.calls() == 0) {
            kind = Kind.NEW_CALL;
        } else if (other.calls() == 0) {
            kind = Kind.VANISHED_CALL;
        } else {
            long greater = Math.max(one.calls(), other.calls());
            long lesser = Math.min(one.calls(), other.calls());
            if (greater - lesser < LEAST_SHARE * lesser) {
                return;
            }
            kind = Kind.COUNT;
        }
        differences.add(new Difference(
                kind,
                key,
                0,
                one.calls(),
                other.calls(),
                one.totalNanos(),
                other.totalNanos(),
                OptionalDouble.empty()));
    }

    private static void errors(List<Difference> differences, CallKey key, CallGroup one, CallGroup other) {
        Set<Integer> errnos = new TreeSet<>(one.errors().keySet());
        errnos.addAll(other.errors().keySet());
        for (int errno : errnos) {
            long before = one.errors().getOrDefault(errno, 0L);
            long after = other.errors().getOrDefault(errno, 0L);
            boolean changed = before == 0 || after == 0;
            if (changed && !ExpectedErrors.contains(key.call(), errno)) {
                differences.add(new Difference(
                        before == 0 ? Kind.NEW_ERROR : Kind.VANISHED_ERROR,
                        key,
                        errno,
                        before,
                        after,
                        one.totalNanos(),
                        other.totalNanos(),
                        OptionalDouble.empty()));
            }
        }
    }

    /** Those of a kind, the greatest first. */
    public List<Difference> of(Kind kind) {
        return differences.stream()
                .filter(difference -> difference.kind() == kind)
                .toList();
    }
}
