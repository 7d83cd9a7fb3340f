// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.http.RequestGap;
import java.util.function.Predicate;

/** Passes on the calls and signals that are wanted, and all other events; to the next listener the others are calls nobody asked for. */
public final class SelectedCalls implements TraceListener {
    private final CallSelection selection;
    private final Predicate<SyscallCall> further;
    private final TraceListener next;

    /** Passes on to {@code next} what {@code selection} selects. */
    public SelectedCalls(CallSelection selection, TraceListener next) {
        this(selection, _ -> true, next);
    }

    /** Likewise, if it also meets {@code further}, which sees each call while it is being delivered. */
    public SelectedCalls(CallSelection selection, Predicate<SyscallCall> further, TraceListener next) {
        this.further = further;
        this.selection = selection;
        this.next = next;
    }

    @Override
    public void onBegin(long epochOffsetNanos) {
        next.onBegin(epochOffsetNanos);
    }

    @Override
    public void onCut() {
        next.onCut();
    }

    @Override
    public void onCall(SyscallCall call) {
        if (selection.selects(call) && further.test(call)) {
            next.onCall(call);
        } else {
            next.onUnaskedCall(call);
        }
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        next.onUnaskedCall(call);
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        next.onThreadTime(time);
    }

    @Override
    public void onRequestGap(TracedProcess process, RequestGap gap, long count) {
        next.onRequestGap(process, gap, count);
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (selection.selects(event)) {
            next.onEvent(event);
        }
    }

    @Override
    public void onIdle() {
        next.onIdle();
    }

    @Override
    public void onEnd() {
        next.onEnd();
    }
}
