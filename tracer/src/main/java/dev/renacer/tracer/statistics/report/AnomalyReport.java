// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.statistics.AnomalyDetector;
import java.util.function.Consumer;

/** Tells of calls that are slow by their own past: each at once, and what they come to when the trace ends. */
public final class AnomalyReport implements TraceListener {
    private final AnomalyDetector detector;
    private final Consumer<String> tell;

    /**
     * @param threshold   as {@link AnomalyDetector} has it
     * @param windowSize  likewise
     * @param tell        receives one line at a time
     */
    public AnomalyReport(double threshold, int windowSize, Consumer<String> tell) {
        this.detector = new AnomalyDetector(threshold, windowSize, anomaly -> tell.accept(AnomalyText.line(anomaly)));
        this.tell = tell;
    }

    @Override
    public void onCall(SyscallCall call) {
        detector.onCall(call);
    }

    @Override
    public void onEvent(TraceEvent event) {
        detector.onEvent(event);
    }

    @Override
    public void onEnd() {
        AnomalyText.summary(detector).forEach(tell);
    }
}
