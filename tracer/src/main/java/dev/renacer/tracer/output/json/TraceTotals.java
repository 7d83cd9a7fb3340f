// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import java.util.Optional;

/** What is known of a trace as a whole once it is over. Not thread-safe. */
final class TraceTotals {
    private static final int NANOS_PER_MICRO = 1000;

    private long calls;
    private long unfinished;
    private long lost;
    private long nanos;
    private int mainPid;
    private Optional<TraceEvent.ProcessExited> mainExit = Optional.empty();

    void count(SyscallCall call) {
        if (call.outcome() == Outcome.UNFINISHED) {
            unfinished++;
        } else {
            calls++;
            nanos += call.durationNanos();
        }
    }

    /** The main process is the first one. */
    void count(TraceEvent event) {
        switch (event) {
            case TraceEvent.EventsLost loss -> lost += loss.count();
            case TraceEvent.ProcessStarted started -> {
                if (mainPid == 0) {
                    mainPid = started.process().pid();
                }
            }
            case TraceEvent.ProcessExited exited -> {
                if (exited.process().pid() == mainPid) {
                    mainExit = Optional.of(exited);
                }
            }
            default -> {
                // Nothing of this is summed up.
            }
        }
    }

    /** Writes the fields of the summary without the braces around them. */
    void write(StringBuilder json) {
        json.append("\"total_syscalls\":").append(calls);
        json.append(",\"total_time_us\":").append(nanos / NANOS_PER_MICRO);
        json.append(",\"exit_code\":");
        mainExit.flatMap(TraceEvent.ProcessExited::exitCode).ifPresentOrElse(json::append, () -> json.append("null"));
        mainExit.flatMap(TraceEvent.ProcessExited::termSignal)
                .ifPresent(signal -> json.append(",\"term_signal\":").append(signal));
        json.append(",\"unfinished\":").append(unfinished);
        json.append(",\"lost\":").append(lost);
    }
}
