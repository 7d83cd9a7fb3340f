// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.statistics;

import dev.renacer.cli.CommandFailure;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.statistics.AnomalyDetector;
import dev.renacer.tracer.statistics.report.AnomalyReport;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether calls are told at once that are slow by their own past. */
public final class AnomalyOptions {
    private static final double USUAL_THRESHOLD = 3;
    private static final int USUAL_WINDOW = 100;

    @Option(
            names = "--anomaly-realtime",
            description = "Tell at once, on standard error, of each call that took far longer than the last ones of its"
                    + " name; and at the end how many there were.")
    boolean asked;

    @Option(
            names = "--anomaly-threshold",
            paramLabel = "SIGMA",
            description = "How far it must be above their mean, in standard deviations (default: 3.0).")
    @Nullable
    Double threshold;

    @Option(
            names = "--anomaly-window-size",
            paramLabel = "CALLS",
            description = "How many calls of its name it is compared with (default: 100; at least 10).")
    @Nullable
    Integer windowSize;

    /**
     * Refuses what makes no sense.
     *
     * @param allowsRemarks  whether other lines on standard error leave the output intact
     */
    public void check(boolean allowsRemarks) {
        if (!asked && (threshold != null || windowSize != null)) {
            throw CommandFailure.usage(
                    "--anomaly-threshold and --anomaly-window-size need --anomaly-realtime; add it or leave them out");
        }
        if (threshold != null && !(threshold > 0 && Double.isFinite(threshold))) {
            throw CommandFailure.usage("--anomaly-threshold " + threshold
                    + " is no number of standard deviations; give one above 0, as in 3.0");
        }
        if (windowSize != null && (windowSize < AnomalyDetector.FEWEST || windowSize > AnomalyDetector.MOST)) {
            throw CommandFailure.usage("--anomaly-window-size " + windowSize + " is no window; give "
                    + AnomalyDetector.FEWEST + " to " + AnomalyDetector.MOST + " calls");
        }
        if (asked && !allowsRemarks) {
            throw CommandFailure.usage("--anomaly-realtime writes lines to standard error, where JSON and CSV go as"
                    + " well; write these to a file with -o FILE");
        }
    }

    /** What tells of them, if that is wanted. */
    public Optional<TraceListener> listener(Consumer<String> tell) {
        return asked
                ? Optional.of(new AnomalyReport(
                        threshold == null ? USUAL_THRESHOLD : threshold,
                        windowSize == null ? USUAL_WINDOW : windowSize,
                        tell))
                : Optional.empty();
    }
}
