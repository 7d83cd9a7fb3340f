// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ring.EventRing;
import dev.renacer.capture.ring.SyntheticRing;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.PidPrefix;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.TextOutput;
import dev.renacer.tracer.output.json.JsonLinesOutput;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.perfetto.PerfettoOutput;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From the ring to lines of text on one thread, with the flags of {@code bin/renacer}'s JVM: how many calls a second, in the
 * mix of a make that is traced when the benchmark begins.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class RingToTextBench {
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

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private SyntheticRing ring = new SyntheticRing();
    private long lines;
    private long nanos;

    /** Traces a make. */
    @Setup
    public void trace() throws Exception {
        ring = TracedMake.record();
    }

    /** Says how many calls a second of CPU time makes: on a machine that has other work the score is far less. */
    @TearDown(Level.Iteration)
    public void tell() {
        System.out.printf("%,.0f lines/s of CPU; ", lines / (nanos / 1e9));
        lines = 0;
        nanos = 0;
    }

    /** Reads all events once. */
    @Benchmark
    @OperationsPerInvocation(TracedMake.CALLS)
    public int lines() {
        long start = THREADS.getCurrentThreadCpuTime();
        ReportStream out = new ReportStream("nowhere", OutputStream.nullOutputStream(), _ -> {});
        LineStyle format = new LineStyle(PidPrefix.ALWAYS, LineStyle.Clock.NONE, false, false, 0);
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
        nanos += THREADS.getCurrentThreadCpuTime() - start;
        lines += TracedMake.CALLS;
        return read;
    }
}
