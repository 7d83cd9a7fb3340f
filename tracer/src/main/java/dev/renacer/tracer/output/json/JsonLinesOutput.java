// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.notation.TextDetail;

/**
 * JSON Lines of the form renacer-jsonl-v1: one object a line, written as the calls come. Each has a {@code type}. The first
 * is the {@code header}; a {@code call} has the fields that it has in {@link JsonOutput}; what else happens has its own
 * types ({@link EventFields}); the last is the {@code end} with the totals. Only whole lines are written, so that what is
 * there is valid at any time; a file without {@code end} belongs to a trace that was cut short. Not thread-safe.
 */
public final class JsonLinesOutput implements TraceListener {
    private final ReportStream out;
    private final JsonFrame frame;
    private final EventFields events = new EventFields();

    /**
     * @param version  of this product, as written in the header
     * @param names    writes what descriptors are (-y)
     * @param detail   how much is written of what arguments point to
     */
    public JsonLinesOutput(ReportStream out, String version, NameWriter names, TextDetail detail) {
        this.out = out;
        this.frame = new JsonFrame(out, names, detail);
        frame.head("{\"type\":\"header\",\"format\":\"renacer-jsonl-v1\",\"version\":", version, "}\n");
    }

    @Override
    public void onCall(SyscallCall call) {
        frame.call("{\"type\":\"call\",", call, "}\n");
    }

    @Override
    public void onEvent(TraceEvent event) {
        frame.count(event);
        if (out.isBroken()) {
            return;
        }
        StringBuilder json = out.buffer();
        json.append('{');
        events.write(json, event);
        json.append("}\n");
        out.written();
    }

    @Override
    public void onIdle() {
        out.flush();
    }

    /** Without an end: that is what a cut trace is known by. */
    @Override
    public void onCut() {
        out.flush();
    }

    @Override
    public void onEnd() {
        frame.sum("{\"type\":\"end\",", "}\n");
    }
}
