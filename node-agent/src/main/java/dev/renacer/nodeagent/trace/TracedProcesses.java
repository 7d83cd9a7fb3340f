// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which processes are traced now, as the trace itself reports. */
final class TracedProcesses implements TraceListener {
    private final Set<Integer> living = ConcurrentHashMap.newKeySet();
    private final Runnable onEnd;
    private volatile Optional<DetachReason> detachReason = Optional.empty();

    TracedProcesses(Runnable onEnd) {
        this.onEnd = onEnd;
    }

    boolean contains(int pid) {
        return living.contains(pid);
    }

    /** Those that are traced now. */
    Set<Integer> living() {
        return Set.copyOf(living);
    }

    /** Why the last process was let go that was; empty: none was. */
    Optional<DetachReason> detachReason() {
        return detachReason;
    }

    @Override
    public void onCall(SyscallCall call) {}

    @Override
    public void onEvent(TraceEvent event) {
        switch (event) {
            case TraceEvent.ProcessStarted started ->
                living.add(started.process().pid());
            case TraceEvent.ProcessExited exited ->
                living.remove(exited.process().pid());
            case TraceEvent.ProcessDetached detached -> {
                living.remove(detached.process().pid());
                detachReason = Optional.of(detached.reason());
            }
            case TraceEvent.ProgramExecuted _,
                    TraceEvent.SignalDelivered _,
                    TraceEvent.Stopped _,
                    TraceEvent.RestBegan _,
                    TraceEvent.RestEnded _,
                    TraceEvent.ThreadExited _,
                    TraceEvent.EventsLost _ -> {
                // They do not change which processes are traced.
            }
        }
    }

    @Override
    public void onEnd() {
        living.clear();
        onEnd.run();
    }
}
