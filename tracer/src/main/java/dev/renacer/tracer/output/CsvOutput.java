// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.source.SourceLocation;

/**
 * Comma-separated lines, quoted as RFC 4180 says: {@code syscall,arguments,result[,duration][,source_location]}. The result is the plain
 * number, negative errno on error, {@code ?} for a call that did not return; the duration is in whole microseconds, as
 * in {@code 85us}; the source is {@code file:line function}, as far as it is known.
 */
public final class CsvOutput implements TraceListener {
    private static final int NANOS_PER_MICRO = 1000;

    private final ReportStream out;
    private final boolean durations;
    private final boolean sources;
    private final StringBuilder arguments = new StringBuilder();

    /**
     * @param durations  whether there is a column of durations (-T)
     * @param sources    whether there is a column of source lines (-s)
     */
    public CsvOutput(ReportStream out, boolean durations, boolean sources) {
        this.out = out;
        this.durations = durations;
        this.sources = sources;
        out.buffer()
                .append("syscall,arguments,result")
                .append(durations ? ",duration" : "")
                .append(sources ? ",source_location\n" : "\n");
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
        if (sources) {
            line.append(',');
            arguments.setLength(0);
            call.source().ifPresent(this::source);
            field(line, arguments);
        }
        line.append('\n');
        out.written();
    }

    private void source(SourceLocation source) {
        source.place().ifPresent(arguments::append);
        source.function()
                .ifPresent(function ->
                        arguments.append(arguments.isEmpty() ? "" : " ").append(function));
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
