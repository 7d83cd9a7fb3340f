// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.Optional;

/**
 * One JSON document of the form renacer-json-v1, written as the calls come; the end of the trace, even an early one,
 * completes it. In addition to that form's {@code name, args, result, duration_us} a call has
 * {@code pid, tid, number, abi, start, errno}, {@code source} if that is known, and {@code stack} if that is wanted. A call that did not return has the
 * result {@code null} and {@code "unfinished": true}, and is not in {@code total_syscalls}.
 */
public final class JsonOutput implements TraceListener {
    private static final int NANOS_PER_MICRO = 1000;

    private final ReportStream out;
    private final NameWriter names;
    private final TextDetail detail;
    private final StringBuilder argument = new StringBuilder();
    private final Rfc3339 rfc3339 = new Rfc3339();
    private boolean first = true;
    private long calls;
    private long unfinished;
    private long lost;
    private long nanos;
    private int mainPid;
    private Optional<TraceEvent.ProcessExited> mainExit = Optional.empty();

    /**
     * @param version  of this product, as written in the document
     */
    public JsonOutput(ReportStream out, String version) {
        this(out, version, NameWriter.NONE);
    }

    /**
     * As {@link #JsonOutput(ReportStream, String)}.
     *
     * @param names  writes what descriptors are (-y)
     */
    public JsonOutput(ReportStream out, String version, NameWriter names) {
        this(out, version, names, TextDetail.DEFAULT);
    }

    /**
     * As {@link #JsonOutput(ReportStream, String, NameWriter)}.
     *
     * @param detail  how much is written of what arguments point to
     */
    public JsonOutput(ReportStream out, String version, NameWriter names, TextDetail detail) {
        this.out = out;
        this.names = names;
        this.detail = detail.naming(names::inData);
        StringBuilder head = out.buffer();
        head.append("{\"version\":");
        string(head, version);
        head.append(",\"format\":\"renacer-json-v1\",\"syscalls\":[");
        out.written();
    }

    @Override
    public void onCall(SyscallCall call) {
        if (call.outcome() == Outcome.UNFINISHED) {
            unfinished++;
        } else {
            calls++;
            nanos += call.durationNanos();
        }
        if (!out.isBroken()) {
            write(out.buffer(), call);
            out.written();
        }
    }

    private void write(StringBuilder json, SyscallCall call) {
        json.append(first ? "\n" : ",\n");
        first = false;
        json.append("{\"name\":\"").append(call.syscall().name()).append("\",\"args\":[");
        int start = json.length();
        ArgumentFormatter.each(call, index -> {
            argument.setLength(0);
            ArgumentFormatter.argument(argument, call, index, names, detail);
            names.argument(argument, call, index);
            string(json.length() > start ? json.append(',') : json, argument);
        });
        json.append("],\"result\":");
        if (call.outcome() == Outcome.UNFINISHED) {
            json.append("null,\"unfinished\":true").append(call.left() ? ",\"detached\":true" : "");
        } else {
            json.append(call.result());
        }
        if (call.outcome() == Outcome.FAILED) {
            json.append(",\"errno\":\"")
                    .append(ErrnoNames.of(call.errno()).name())
                    .append('"');
        }
        json.append(",\"duration_us\":").append(call.durationNanos() / NANOS_PER_MICRO);
        json.append(",\"pid\":").append(call.process().pid());
        json.append(",\"tid\":").append(call.tid());
        json.append(",\"number\":").append(call.syscall().number());
        json.append(",\"abi\":\"").append(call.syscall().abi()).append("\",\"start\":\"");
        rfc3339.write(json, call.startNanos());
        json.append('"');
        if (call.inProgressAtAttach()) {
            json.append(",\"in_progress_at_attach\":true");
        }
        call.source().ifPresent(source -> source(json, source));
        call.stack().ifPresent(stack -> stack(json, stack));
        json.append('}');
    }

    /** Beside that form: the frames, the innermost first, and why there are no more if the last is not the outermost. */
    private static void stack(StringBuilder json, CallStack stack) {
        String separator = "";
        json.append(",\"stack\":[");
        for (CallStack.Frame frame : stack.frames()) {
            json.append(separator).append("{\"address\":\"");
            Digits.hex(json, frame.address());
            json.append('"');
            frame.file().ifPresent(file -> string(json.append(",\"file\":"), file));
            if (frame.function().isPresent()) {
                string(json.append(",\"function\":"), frame.function().get());
                json.append(",\"offset\":").append(frame.functionOffset());
            }
            json.append('}');
            separator = ",";
        }
        json.append(']');
        if (!stack.end().text().isEmpty()) {
            string(json.append(",\"stack_end\":"), stack.end().text());
        }
    }

    /** As in that form: file, line and function, each left out if it is unknown. */
    private static void source(StringBuilder json, SourceLocation source) {
        String separator = "";
        json.append(",\"source\":{");
        if (source.file().isPresent()) {
            json.append("\"file\":");
            string(json, source.file().get());
            if (source.line() != 0) {
                json.append(",\"line\":").append(source.line());
            }
            separator = ",";
        }
        if (source.function().isPresent()) {
            json.append(separator).append("\"function\":");
            string(json, source.function().get());
        }
        json.append('}');
    }

    @Override
    public void onEvent(TraceEvent event) {
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
                // The form has a place only for calls.
            }
        }
    }

    @Override
    public void onIdle() {
        out.flush();
    }

    @Override
    public void onEnd() {
        StringBuilder json = out.buffer();
        json.append("\n],\"summary\":{\"total_syscalls\":").append(calls);
        json.append(",\"total_time_us\":").append(nanos / NANOS_PER_MICRO);
        json.append(",\"exit_code\":");
        mainExit.flatMap(TraceEvent.ProcessExited::exitCode).ifPresentOrElse(json::append, () -> json.append("null"));
        mainExit.flatMap(TraceEvent.ProcessExited::termSignal)
                .ifPresent(signal -> json.append(",\"term_signal\":").append(signal));
        json.append(",\"unfinished\":").append(unfinished);
        json.append(",\"lost\":").append(lost).append("}}\n");
        out.flush();
    }

    /** Writes text as a JSON string in ASCII. */
    private static void string(StringBuilder json, CharSequence text) {
        json.append('"');
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                json.append(c);
            } else {
                json.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    json.append(Character.forDigit(c >> shift & 0xf, 16));
                }
            }
        }
        json.append('"');
    }
}
