// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import java.util.function.Consumer;

/** Tells at the end how many events were lost, if any were: beside whatever output, so that no loss goes unsaid. */
public final class LossReport implements TraceListener {
    private final Consumer<String> teller;
    private long lost;

    /**
     * @param teller  receives the one line
     */
    public LossReport(Consumer<String> teller) {
        this.teller = teller;
    }

    @Override
    public void onCall(SyscallCall call) {}

    @Override
    public void onEvent(TraceEvent event) {
        if (event instanceof TraceEvent.EventsLost loss) {
            lost += loss.count();
        }
    }

    @Override
    public void onEnd() {
        if (lost > 0) {
            teller.accept("renacer: lost " + lost + (lost == 1 ? " event" : " events"));
        }
    }
}
