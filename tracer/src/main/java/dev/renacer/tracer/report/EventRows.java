// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.output.notation.SignalFormatter;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.Locale;

/** The rows of what happened beside calls. For one thread. */
final class EventRows {
    private final ReportBlock block;
    private final ThreadRows threads;
    private final BlockTimes times;

    EventRows(ReportBlock block, ThreadRows threads, BlockTimes times) {
        this.block = block;
        this.threads = threads;
        this.times = times;
    }

    /** A process whose start was not reported, as its first call shows it. */
    void firstSeen(TracedProcess process, long nanos) {
        if (!threads.isKnown(process)) {
            add(EventKind.STARTED, process, nanos, process.pid(), 0, ThreadRows.program(process));
        }
    }

    void add(TraceEvent event) {
        TracedProcess process = event.process();
        long nanos = event.epochNanos();
        int pid = process.pid();
        switch (event) {
            case TraceEvent.ProcessStarted _ ->
                add(EventKind.STARTED, process, nanos, pid, 0, ThreadRows.program(process));
            case TraceEvent.ProgramExecuted _ ->
                add(EventKind.EXECUTED, process, nanos, pid, 0, ThreadRows.program(process));
            case TraceEvent.SignalDelivered signal -> {
                StringBuilder text =
                        new StringBuilder(SignalNames.of(signal.info().signal())).append(' ');
                SignalFormatter.append(text, signal.info());
                add(EventKind.SIGNAL, process, nanos, signal.tid(), 0, text);
            }
            case TraceEvent.Stopped stopped ->
                add(EventKind.STOPPED, process, nanos, stopped.tid(), 0, SignalNames.of(stopped.signal()));
            case TraceEvent.RestBegan rest -> add(EventKind.REST_BEGAN, process, nanos, rest.tid(), 0, "");
            case TraceEvent.RestEnded rest ->
                add(EventKind.RESTED, process, nanos, rest.tid(), Math.max(0, nanos - rest.beganNanos()), "");
            case TraceEvent.ThreadExited exited -> threads.threadEnded(exited.tid());
            case TraceEvent.ProcessExited exited -> {
                exited.exitCode().ifPresent(code -> add(EventKind.EXITED, process, nanos, pid, code, ""));
                exited.termSignal()
                        .ifPresent(signal -> add(
                                EventKind.KILLED,
                                process,
                                nanos,
                                pid,
                                signal,
                                SignalNames.of(signal) + (exited.coreDumped() ? " (core dumped)" : "")));
                threads.processEnded(pid);
            }
            case TraceEvent.ProcessDetached detached -> {
                add(EventKind.DETACHED, process, nanos, pid, 0, reason(detached.reason()));
                threads.processEnded(pid);
            }
            case TraceEvent.EventsLost lost -> add(EventKind.LOST, process, nanos, pid, lost.count(), "");
        }
    }

    private static String reason(DetachReason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void add(EventKind kind, TracedProcess process, long nanos, int tid, long value, CharSequence text) {
        long delta = times.event(nanos);
        int thread = threads.index(process, tid);
        block.section(Section.EVENT_KIND).number(kind.number());
        block.section(Section.EVENT_TIME).signed(delta);
        block.section(Section.EVENT_THREAD).number(thread);
        block.section(Section.EVENT_VALUE).number(value);
        block.section(Section.EVENT_TEXT).text(text);
        block.event();
        block.more(text.length());
    }
}
