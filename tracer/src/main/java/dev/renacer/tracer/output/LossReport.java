// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.redact.Redactor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reports what is missing in a trace (lost events, processes detached unasked, names that could not be found, texts that
 * could not be looked through) in addition to any output, so that no loss goes unreported.
 */
public final class LossReport implements TraceListener {
    private final Consumer<String> teller;
    private final LongSupplier failedLookups;
    private final boolean choosesBySubject;
    /** What this process had not looked through before this trace. */
    private final long unreadBefore = Redactor.unread();

    private long lost;

    /**
     * @param teller  receives each line
     */
    public LossReport(Consumer<String> teller) {
        this(teller, () -> 0, false);
    }

    /**
     * Likewise.
     *
     * @param failedLookups     how many names of descriptors could not be found, asked at the end
     * @param choosesBySubject  whether calls are chosen by these names: then it is not only a name that is missing
     */
    public LossReport(Consumer<String> teller, LongSupplier failedLookups, boolean choosesBySubject) {
        this.teller = teller;
        this.failedLookups = failedLookups;
        this.choosesBySubject = choosesBySubject;
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
        long nameless = failedLookups.getAsLong();
        if (nameless > 0) {
            teller.accept("renacer: " + nameless + (nameless == 1 ? " look-up" : " look-ups")
                    + " of descriptors in /proc failed (closed or ended by then, or not to be looked at): "
                    + (choosesBySubject ? "calls with these may be missing" : "these are shown without a name"));
        }
        long unread = Redactor.unread() - unreadBefore;
        if (unread > 0) {
            teller.accept("renacer: " + unread + (unread == 1 ? " text" : " texts")
                    + " could not be looked through for secrets and " + (unread == 1 ? "is" : "are") + " shown as "
                    + Redactor.MARK);
        }
    }
}
