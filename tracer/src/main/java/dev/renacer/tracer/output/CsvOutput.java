// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;

/**
 * Comma-separated lines, quoted as RFC 4180 says: {@code syscall,arguments,result[,duration]}. The result is the plain
 * number, negative errno on error, {@code ?} for a call that did not return; the duration is in whole microseconds, as
 * in {@code 85us}.
 */
public final class CsvOutput implements TraceListener {
    private static final int NANOS_PER_MICRO = 1000;

    private final ReportStream out;
    private final boolean durations;
    private final StringBuilder arguments = new StringBuilder();

    /**
     * @param durations  whether there is a column of durations (-T)
     */
    public CsvOutput(ReportStream out, boolean durations) {
        this.out = out;
        this.durations = durations;
        out.buffer().append(durations ? "syscall,arguments,result,duration\n" : "syscall,arguments,result\n");
        out.written();
    }

    @Override
    public void onCall(SyscallCall call) {
        if (out.isBroken()) {
            return;
        }
        StringBuilder line = out.buffer();
        line.append(call.syscall().name()).append(',');
        arguments.setLength(0);
        ArgumentFormatter.arguments(arguments, call);
        field(line, arguments);
        line.append(',');
        if (call.outcome() == Outcome.UNFINISHED) {
            line.append('?');
        } else {
            line.append(call.result());
        }
        if (durations) {
            line.append(',').append(call.durationNanos() / NANOS_PER_MICRO).append("us");
        }
        line.append('\n');
        out.written();
    }

    @Override
    public void onEvent(TraceEvent event) {
        // The form has lines for calls only; loss is told apart, by LossReport.
    }

    @Override
    public void onIdle() {
        out.flush();
    }

    @Override
    public void onEnd() {
        out.flush();
    }

    private static void field(StringBuilder line, StringBuilder text) {
        if (text.indexOf(",") < 0 && text.indexOf("\"") < 0) {
            line.append(text);
            return;
        }
        line.append('"');
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"') {
                line.append('"');
            }
            line.append(c);
        }
        line.append('"');
    }
}
