// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.SourceLocation;
import java.util.Set;

/**
 * Comma-separated lines, quoted according to RFC 4180:
 * {@code syscall,arguments,result[,duration][,source_location][,pid,tid]}. The result is the plain number, negative
 * errno on error, {@code ?} for a call that did not return; the duration is in whole microseconds, as in {@code 85us};
 * the source is {@code file:line function}, as far as it is known; process and thread come last, so that the columns
 * before them keep their places.
 */
public final class CsvOutput implements TraceListener {
    /** What a line has in addition to call, arguments and result. */
    public enum Column {
        /** The time the call took (-T). */
        DURATION,
        /** Where in the source it was made (-s). */
        SOURCE_LOCATION,
        /** By which process and thread, if there may be several processes. */
        PROCESS
    }

    private static final int NANOS_PER_MICRO = 1000;

    private final ReportStream out;
    private final boolean durations;
    private final boolean sources;
    private final boolean processes;
    private final NameWriter names;
    private final TextDetail detail;
    private final StringBuilder arguments = new StringBuilder();

    /**
     * @param further  columns wanted in addition to the first three
     */
    public CsvOutput(ReportStream out, Set<Column> further) {
        this(out, further, NameWriter.NONE);
    }

    /**
     * As {@link #CsvOutput(ReportStream, Set)}.
     *
     * @param names  writes what descriptors are (-y)
     */
    public CsvOutput(ReportStream out, Set<Column> further, NameWriter names) {
        this(out, further, names, TextDetail.DEFAULT);
    }

    /**
     * As {@link #CsvOutput(ReportStream, Set, NameWriter)}.
     *
     * @param detail  how much is written of what arguments point to
     */
    public CsvOutput(ReportStream out, Set<Column> further, NameWriter names, TextDetail detail) {
        this.out = out;
        this.names = names;
        this.detail = detail.naming(names::inData);
        this.durations = further.contains(Column.DURATION);
        this.sources = further.contains(Column.SOURCE_LOCATION);
        this.processes = further.contains(Column.PROCESS);
        out.buffer()
                .append("syscall,arguments,result")
                .append(durations ? ",duration" : "")
                .append(sources ? ",source_location" : "")
                .append(processes ? ",pid,tid\n" : "\n");
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
        ArgumentFormatter.arguments(arguments, call, names, detail);
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
        if (processes) {
            line.append(',').append(call.process().pid()).append(',').append(call.tid());
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
        // The format only has lines for calls; LossReport reports losses separately.
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
