// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.pprof;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.output.ReportStream;
import java.util.HashMap;
import java.util.Map;

/**
 * A profile of calls, their time and their errors, in gzip as profile.proto wants it, written when the trace ends. Calls
 * are counted together by process, thread, call, error and, if that is known, by the place they were made from. A call
 * that did not return counts with its time until then. Not thread-safe.
 */
public final class PprofOutput implements TraceListener {
    /** As many different samples; calls that would make more of them are counted only by process name, call and error. */
    static final int MOST = 1 << 17;

    private final ReportStream out;
    private final Map<Sample, Totals> samples = new HashMap<>();
    private long coarse;
    private long lost;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    /** What is summed up of calls. */
    static final class Totals {
        private long calls;
        private long nanos;
        private long errors;

        long calls() {
            return calls;
        }

        long nanos() {
            return nanos;
        }

        long errors() {
            return errors;
        }
    }

    public PprofOutput(ReportStream out) {
        this.out = out;
    }

    @Override
    public void onCall(SyscallCall call) {
        first = Math.min(first, call.startNanos());
        last = Math.max(last, call.endNanos());
        Sample sample = Sample.of(call);
        Totals totals = samples.get(sample);
        if (totals == null) {
            if (samples.size() >= MOST) {
                sample = sample.coarse();
                coarse++;
            }
            totals = samples.computeIfAbsent(sample, _ -> new Totals());
        }
        totals.calls++;
        totals.nanos += call.durationNanos();
        totals.errors += call.errno() == 0 ? 0 : 1;
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (event instanceof TraceEvent.EventsLost loss) {
            lost += loss.count();
        }
    }

    @Override
    public void onEnd() {
        ProfileWriter profile = new ProfileWriter();
        samples.forEach(profile::sample);
        if (!samples.isEmpty()) {
            profile.span(first, last - first);
        }
        if (lost > 0) {
            profile.comment(lost + " events were lost");
        }
        if (coarse > 0) {
            profile.comment(coarse + " calls are counted without thread and place: there were too many different ones");
        }
        out.write(profile.end());
    }
}
