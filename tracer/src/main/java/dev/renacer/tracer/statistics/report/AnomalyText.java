// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.statistics.Anomaly;
import dev.renacer.tracer.statistics.AnomalyDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a person reads of calls that were slow by their own past. */
final class AnomalyText {
    private static final double NANOS_PER_MICRO = 1e3;

    private AnomalyText() {}

    /** One, in a line. */
    static String line(Anomaly anomaly) {
        return String.format(Locale.ROOT, "renacer: anomaly: %s [pid %d]", about(anomaly), anomaly.tid());
    }

    /** What they come to, a line each: to be told at the end. */
    static List<String> summary(AnomalyDetector detector) {
        List<String> lines = new ArrayList<>();
        StringBuilder counts = new StringBuilder("renacer: anomalies: " + detector.count());
        if (detector.count() > 0) {
            counts.append(" (");
            for (Anomaly.Severity severity : Anomaly.Severity.values()) {
                counts.append(severity == Anomaly.Severity.LOW ? "" : ", ")
                        .append(severity)
                        .append(' ')
                        .append(detector.count(severity));
            }
            counts.append(')');
        }
        counts.append(" among ").append(detector.judged()).append(" calls that were compared; ");
        counts.append(detector.unjudged()).append(" were not, as the first ones of their name");
        lines.add(counts.toString());
        if (detector.untold() > 0) {
            lines.add("renacer: " + detector.untold() + " of them were not told at once, since there were too many");
        }
        detector.top().forEach(anomaly -> lines.add("  " + about(anomaly)));
        return lines;
    }

    private static String about(Anomaly anomaly) {
        return String.format(
                Locale.ROOT,
                "%s took %.1f us, %.1f sigma above its baseline of %.1f us (sigma %.1f us): %s",
                anomaly.call(),
                anomaly.durationNanos() / NANOS_PER_MICRO,
                anomaly.score(),
                anomaly.meanNanos() / NANOS_PER_MICRO,
                anomaly.deviationNanos() / NANOS_PER_MICRO,
                anomaly.severity());
    }
}
