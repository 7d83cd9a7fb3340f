// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ring.SyntheticRing;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.export.KeptSpans;
import dev.renacer.tracer.export.RequestsToNowhere;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.export.SpansBySdk;
import dev.renacer.tracer.metric.CallMetrics;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.span.SpanAssembler;
import dev.renacer.tracer.span.SpanOptions;
import dev.renacer.tracer.span.SpanResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * From the ring to compressed requests of OTLP, or to metrics, with the flags of {@code bin/renacer}'s JVM: how many calls a second.
 * Arguments are told as names, the default in a cluster.
 */
public class RingToOtlpBench extends TracedMakeBench {
    /** What is traced when the benchmark begins. */
    public enum Mix {
        /** A make: many short programs, paths and mappings. */
        MAKE,
        /** One program that reads and writes. */
        COPY
    }

    @Param({"MAKE", "COPY"})
    Mix mix = Mix.MAKE;

    private SyntheticRing ring = new SyntheticRing();
    private final RequestsToNowhere requests = new RequestsToNowhere();
    private final KeptSpans kept = new KeptSpans();

    /** Traces it; also makes the spans that {@link #sdk} makes again. */
    @Setup
    public void trace() throws Exception {
        ring = mix == Mix.MAKE ? TracedMake.record(ArgumentDetail.NAMES) : TracedMake.recordCopy(ArgumentDetail.NAMES);
        read(kept);
    }

    /** Each call is a span, as in {@code renacer --volume all}. */
    @Benchmark
    @OperationsPerInvocation(TracedMake.CALLS)
    public long spans() {
        return timedByProcess(() -> {
            long read = read(requests.sink());
            requests.send();
            return read;
        });
    }

    /**
     * For comparison, the SDK alone: its SpanBuilder is given the attributes of the same spans, its BatchSpanProcessor sends them. What
     * reads the ring and finds names is not in it.
     */
    @Benchmark
    @OperationsPerInvocation(TracedMake.CALLS)
    public long sdk() {
        return timedByProcess(() -> SpansBySdk.send(kept.spans()));
    }

    /** Metrics only. */
    @Benchmark
    @OperationsPerInvocation(TracedMake.CALLS)
    public long metrics() {
        return timedByProcess(() -> {
            CallMetrics metrics = new CallMetrics();
            SyscallDecoder decoder = new SyscallDecoder(0, metrics, CallSites.NONE);
            long read = ring.again().drain(decoder::decode, Integer.MAX_VALUE);
            return read + metrics.series().size();
        });
    }

    private long read(SpanSink sink) {
        Redactor redactor = Redactor.known();
        Descriptors descriptors = new Descriptors(Inheritance.NONE, redactor);
        SpanAssembler assembler = new SpanAssembler(
                SpanResource.of(Map.of("service.name", "bench")),
                Optional.empty(),
                sink,
                SpanOptions.defaults().withArguments(ArgumentDetail.NAMES),
                descriptors,
                redactor);
        Listeners listeners = new Listeners(List.of(descriptors, assembler));
        SyscallDecoder decoder = new SyscallDecoder(0, new RedactedCalls(redactor, listeners), CallSites.NONE);
        int read = ring.again().drain(decoder::decode, Integer.MAX_VALUE);
        listeners.onEnd();
        return read;
    }
}
