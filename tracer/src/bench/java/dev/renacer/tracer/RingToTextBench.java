// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ring.EventRing;
import dev.renacer.capture.ring.SyntheticRing;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.TextOutput;
import dev.renacer.tracer.output.json.JsonLinesOutput;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.perfetto.PerfettoOutput;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * From the ring to lines of text on one thread, with the flags of {@code bin/renacer}'s JVM: how many calls a second, in the
 * mix of a make that is traced when the benchmark begins.
 */
public class RingToTextBench extends TracedMakeBench {
    /** How each trace is written. */
    public enum Style {
        /** {@code renacer -f -o FILE}. */
        PLAIN,
        /** The same with {@code --no-redact}. */
        UNREDACTED,
        /** The same with {@code -yy}. */
        NAMES,
        /** {@code renacer -f --format jsonl=FILE}. */
        JSONL,
        /** {@code renacer -f --format perfetto=FILE}, without what knows descriptors. */
        PERFETTO,
        /** Decoded only, and given to nobody. */
        DECODED
    }

    @Param({"PLAIN", "UNREDACTED", "NAMES", "JSONL", "PERFETTO", "DECODED"})
    Style style = Style.PLAIN;

    private SyntheticRing ring = new SyntheticRing();

    /** Traces a make. */
    @Setup
    public void trace() throws Exception {
        ring = TracedMake.record();
    }

    /** Reads all events once. */
    @Benchmark
    @OperationsPerInvocation(TracedMake.CALLS)
    public long trip() {
        return timed(this::write);
    }

    private long write() {
        ReportStream out = nowhere();
        LineStyle format = lines();
        Redactor redactor = style == Style.UNREDACTED ? Redactor.NONE : Redactor.known();
        Listeners listeners = new Listeners(
                switch (style) {
                    case PLAIN, UNREDACTED -> List.of(new TextOutput(out, format));
                    case NAMES -> {
                        Descriptors descriptors = new Descriptors(Inheritance.NONE, redactor);
                        yield List.of(
                                descriptors,
                                new TextOutput(out, format, NameWriter.of(descriptors, NameWriter.Style.ALL)));
                    }
                    case JSONL -> List.of(new JsonLinesOutput(out, "bench", NameWriter.NONE, TextDetail.DEFAULT));
                    case PERFETTO ->
                        List.of(new PerfettoOutput(out, NameWriter.NONE, Descriptors.incomplete(), TextDetail.DEFAULT));
                    case DECODED -> List.<TraceListener>of();
                });
        SyscallDecoder decoder = new SyscallDecoder(0, new RedactedCalls(redactor, listeners), CallSites.NONE);
        EventRing events = ring.again();
        int read = events.drain(decoder::decode, Integer.MAX_VALUE);
        listeners.onEnd();
        return read;
    }
}
