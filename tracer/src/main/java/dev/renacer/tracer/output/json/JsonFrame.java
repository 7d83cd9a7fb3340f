// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.notation.TextDetail;

/** What both forms of JSON have: a head, calls and a sum. They differ in what stands around these. Not thread-safe. */
final class JsonFrame {
    private final ReportStream out;
    private final CallFields fields;
    private final TraceTotals totals = new TraceTotals();

    /**
     * @param names   writes what descriptors are (-y)
     * @param detail  how much is written of what arguments point to
     */
    JsonFrame(ReportStream out, NameWriter names, TextDetail detail) {
        this.out = out;
        this.fields = new CallFields(names, detail);
    }

    /** Writes the product's version between these. */
    void head(String before, String version, String after) {
        StringBuilder head = out.buffer().append(before);
        JsonText.write(head, version);
        head.append(after);
        out.written();
    }

    /** Writes a call between these. Returns false if nobody takes it any more. */
    boolean call(String before, SyscallCall call, String after) {
        totals.count(call);
        if (out.isBroken()) {
            return false;
        }
        StringBuilder json = out.buffer().append(before);
        fields.write(json, call);
        json.append(after);
        out.written();
        return true;
    }

    void count(TraceEvent event) {
        totals.count(event);
    }

    /** Writes the sum between these, and all that is buffered. */
    void sum(String before, String after) {
        StringBuilder json = out.buffer().append(before);
        totals.write(json);
        json.append(after);
        out.flush();
    }
}
