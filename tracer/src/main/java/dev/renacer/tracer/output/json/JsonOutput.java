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
 * One JSON document of the form renacer-json-v1, written as the calls come; the end of the trace, even an early one,
 * completes it. In addition to that form's {@code name, args, result, duration_us} a call has
 * {@code pid, tid, number, abi, start, errno}, {@code source} if that is known, and {@code stack} if that is wanted. A call that did not return has the
 * result {@code null} and {@code "unfinished": true}, and is not in {@code total_syscalls}.
 */
public final class JsonOutput implements TraceListener {
    private final ReportStream out;
    private final JsonFrame frame;
    private boolean first = true;

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
        this.frame = new JsonFrame(out, names, detail);
        frame.head("{\"version\":", version, ",\"format\":\"renacer-json-v1\",\"syscalls\":[");
    }

    @Override
    public void onCall(SyscallCall call) {
        first &= !frame.call(first ? "\n{" : ",\n{", call, "}");
    }

    /** The form has a place only for calls. */
    @Override
    public void onEvent(TraceEvent event) {
        frame.count(event);
    }

    @Override
    public void onIdle() {
        out.flush();
    }

    @Override
    public void onEnd() {
        end("");
    }

    @Override
    public void onCut() {
        end(",\"incomplete\":true");
    }

    private void end(String more) {
        frame.sum("\n],\"summary\":{", "}" + more + "}\n");
    }
}
