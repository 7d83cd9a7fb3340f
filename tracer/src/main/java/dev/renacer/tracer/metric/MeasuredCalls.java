// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.http.RequestGap;

/**
 * Measures what another listener is told.
 *
 * @param metrics  measure it
 * @param next     is told all
 */
public record MeasuredCalls(CallMetrics metrics, TraceListener next) implements TraceListener {
    @Override
    public void onBegin(long epochOffsetNanos) {
        next.onBegin(epochOffsetNanos);
    }

    @Override
    public void onCall(SyscallCall call) {
        metrics.onCall(call);
        next.onCall(call);
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
        metrics.onEvent(event);
        next.onEvent(event);
    }

    @Override
    public void onIdle() {
        next.onIdle();
    }

    @Override
    public void onEnd() {
        next.onEnd();
    }

    @Override
    public void onCut() {
        next.onCut();
    }
}
