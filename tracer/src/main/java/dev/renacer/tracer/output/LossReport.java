// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import java.util.function.Consumer;

/**
 * Reports what is missing in a trace (lost events, and processes detached unasked) in addition to any output, so that
 * no loss goes unreported.
 */
public final class LossReport implements TraceListener {
    private final Consumer<String> teller;
    private long lost;

    /**
     * @param teller  receives each line
     */
    public LossReport(Consumer<String> teller) {
        this.teller = teller;
    }

    @Override
    public void onCall(SyscallCall call) {}

    @Override
    public void onEvent(TraceEvent event) {
        switch (event) {
            case TraceEvent.EventsLost loss -> lost += loss.count();
            case TraceEvent.ProcessDetached detached
            when detached.reason() != DetachReason.REQUESTED ->
                teller.accept("renacer: detached from process "
                        + detached.process().pid() + " before its end: " + TextOutput.reason(detached.reason())
                        + "; what it did afterwards is not in the trace");
            default -> {
                // Nothing of this is missing in the trace.
            }
        }
    }

    @Override
    public void onEnd() {
        if (lost > 0) {
            teller.accept("renacer: lost " + lost + (lost == 1 ? " event" : " events"));
        }
    }
}
