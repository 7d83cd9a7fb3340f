// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * Which calls take longer or shorter than before: the Mann-Whitney U test, which assumes nothing of how durations spread,
 * two-sided. The more groups are tested, the more of them differ by chance; Holm's correction keeps the chance of a single
 * false one below {@link #LEVEL}. Also a true shift that nobody would notice is left out.
 */
final class Shifts {
    /** How likely it may be that any of the shifts is one by chance. */
    static final double LEVEL = 0.01;
    /** With fewer calls on a side no test could find a shift among many. */
    static final int FEWEST = 5;
    /** Shifts below a tenth are left out. */
    static final double LEAST_RATIO = 1.1;
    /** As are those below what stops of a tracer vary by from run to run; nanoseconds. */
    static final double LEAST_NANOS = 5_000;

    private record Tested(CallKey key, CallGroup before, CallGroup after, double p) {}

    private final List<Tested> tested = new ArrayList<>();

    /** Tests a group that both traces have, if there are enough calls. */
    void test(CallKey key, CallGroup before, CallGroup after) {
        double[] first = before.sample().values();
        double[] second = after.sample().values();
        if (first.length >= FEWEST && second.length >= FEWEST) {
            double p = MannWhitneyUTest.withDefaults().test(first, second).getPValue();
            tested.add(new Tested(key, before, after, p));
        }
    }

    /** How many groups were tested. */
    int count() {
        return tested.size();
    }

    /** Those that shifted. */
    List<Difference> found() {
        List<Difference> found = new ArrayList<>();
        tested.sort(Comparator.comparingDouble(Tested::p));
        double corrected = 0;
        for (int rank = 0; rank < tested.size(); rank++) {
            Tested one = tested.get(rank);
            corrected = Math.max(corrected, Math.min(1, one.p() * (tested.size() - rank)));
            if (corrected >= LEVEL) {
                break; // none behind it is below
            }
            add(found, one, corrected);
        }
        return found;
    }

    private static void add(List<Difference> found, Tested one, double p) {
        double before = Median.withDefaults().evaluate(one.before().sample().values());
        double after = Median.withDefaults().evaluate(one.after().sample().values());
        double greater = Math.max(before, after);
        double lesser = Math.min(before, after);
        if (greater - lesser >= LEAST_NANOS && greater >= lesser * LEAST_RATIO) {
            found.add(new Difference(
                    after > before ? Difference.Kind.SLOWER : Difference.Kind.FASTER,
                    one.key(),
                    0,
                    one.before().calls(),
                    one.after().calls(),
                    before,
                    after,
                    OptionalDouble.of(p)));
        }
    }
}
