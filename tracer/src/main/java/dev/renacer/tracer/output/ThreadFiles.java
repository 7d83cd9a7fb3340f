// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.NameWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Writes the lines of each thread to a stream of its own (-ff), which is closed when the thread ends. Not thread-safe. */
public final class ThreadFiles implements TraceListener {
    private final IntFunction<ReportStream> open;
    private final LineStyle style;
    private final NameWriter names;
    private final TextForm form;
    private final Map<Integer, ThreadFile> threads = new HashMap<>();

    private record ThreadFile(ReportStream stream, TextOutput text) {}

    /**
     * @param open   makes the stream of the thread with this id
     * @param style  of the lines
     * @param names  writes what descriptors are (-y)
     * @param form   how arguments are written
     */
    public ThreadFiles(IntFunction<ReportStream> open, LineStyle style, NameWriter names, TextForm form) {
        this.open = open;
        this.style = style;
        this.names = names;
        this.form = form;
    }

    @Override
    public void onCall(SyscallCall call) {
        of(call.tid()).text().onCall(call);
    }

    @Override
    public void onEvent(TraceEvent event) {
        int pid = event.process().pid();
        switch (event) {
            case TraceEvent.SignalDelivered signal -> of(signal.tid()).text().onEvent(event);
            case TraceEvent.Stopped stopped -> of(stopped.tid()).text().onEvent(event);
            case TraceEvent.RestBegan rest -> of(rest.tid()).text().onEvent(event);
            case TraceEvent.RestEnded rest -> of(rest.tid()).text().onEvent(event);
            case TraceEvent.EventsLost _ -> of(pid).text().onEvent(event);
            case TraceEvent.ThreadExited exited -> close(exited.tid());
            case TraceEvent.ProcessExited _, TraceEvent.ProcessDetached _ -> {
                of(pid).text().onEvent(event);
                close(pid);
            }
            case TraceEvent.ProcessStarted _, TraceEvent.ProgramExecuted _ -> {
                // They show in the calls that make them.
            }
        }
    }

    @Override
    public void onIdle() {
        threads.values().forEach(thread -> thread.text().onIdle());
    }

    @Override
    public void onEnd() {
        threads.values().forEach(thread -> thread.stream().close());
        threads.clear();
    }

    private ThreadFile of(int tid) {
        return threads.computeIfAbsent(tid, id -> {
            ReportStream stream = open.apply(id);
            return new ThreadFile(stream, new TextOutput(stream, style, names, form));
        });
    }

    private void close(int tid) {
        ThreadFile thread = threads.remove(tid);
        if (thread != null) {
            thread.stream().close();
        }
    }
}
