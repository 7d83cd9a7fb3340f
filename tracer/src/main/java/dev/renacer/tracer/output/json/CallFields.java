// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.Rfc3339;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.HexFormat;

/** The fields of a call, which are the same in both forms of JSON. Not thread-safe. */
final class CallFields {
    private static final int NANOS_PER_MICRO = 1000;

    private final NameWriter names;
    private final TextDetail detail;
    private final Rfc3339 rfc3339 = new Rfc3339();

    /**
     * @param names   writes what descriptors are (-y)
     * @param detail  how much is written of what arguments point to
     */
    CallFields(NameWriter names, TextDetail detail) {
        this.names = names;
        this.detail = detail.naming(names::inData);
    }

    /** Writes them without the braces around them. */
    void write(StringBuilder json, SyscallCall call) {
        json.append("\"name\":\"").append(call.syscall().name()).append("\",\"args\":[");
        int start = json.length();
        ArgumentFormatter.each(call, index -> {
            json.append(json.length() > start ? ",\"" : "\"");
            int from = json.length();
            ArgumentFormatter.argument(json, call, index, names, detail);
            names.argument(json, call, index);
            JsonText.escape(json, from);
            json.append('"');
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
        if (call.context().isPresent()) {
            context(json, call.context().get());
        }
        if (call.source().isPresent()) {
            PlaceFields.source(json, call.source().get());
        }
        if (call.stack().isPresent()) {
            PlaceFields.stack(json, call.stack().get());
        }
    }

    /** Under the names that logs in OpenTelemetry's formats have for them. */
    private static void context(StringBuilder json, ThreadContext context) {
        json.append(",\"trace_id\":\"").append(context.traceId());
        json.append("\",\"span_id\":\"").append(context.spanId());
        json.append("\",\"trace_flags\":\"")
                .append(HexFormat.of().toHexDigits((byte) context.flags()))
                .append('"');
    }
}
