// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.status;

import dev.renacer.crds.CallFates;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.TraceTotals;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures of a trace in words. */
public final class Figures {
    private Figures() {}

    /** In one line. */
    public static String line(TraceTotals totals) {
        String cost = totals.workSlowdownPercent() > 0 ? ", slowdown " + totals.slowdown() : "";
        return String.format(
                        Locale.ROOT,
                        "%s, %s: %s%,d calls, %,d spans, lost %,d",
                        counted(totals.targets(), "container", "containers"),
                        counted(totals.processes(), "process", "processes"),
                        totals.isLeast() ? "at least " : "",
                        totals.calls(),
                        totals.spans(),
                        totals.lost())
                + folded(totals.callFates())
                + unsampled(ContextCounts.of(totals.contexts()).unsampledCalls())
                + cost
                + totals.watchedShare()
                        .map(share -> ", busy threads watched " + share)
                        .orElse("")
                + (totals.failedLookups() == 0
                        ? ""
                        : ", calls may be missing ("
                                + counted(totals.failedLookups(), "failed look-up", "failed look-ups")
                                + " of descriptors)");
    }

    private static String folded(@Nullable CallFates fates) {
        return fates == null || fates.folded() == 0
                ? ""
                : String.format(Locale.ROOT, ", %,d calls folded", fates.folded());
    }

    private static String unsampled(long calls) {
        return calls == 0
                ? ""
                : ", " + counted(calls, "call", "calls") + " of unrecorded traces left out (--unsampled Keep)";
    }

    /** A number and its noun. */
    static String counted(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }
}
