// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.nodeagent.assignment.ContainerWarmup;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.export.OtlpPipeline;
import dev.renacer.tracer.export.OtlpSpanPipeline;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.span.SpanAssembler;
import dev.renacer.tracer.span.SpanOptions;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one made-up process through engine, assembler and exporter to a receiver of this process's own, before the
 * first assignment: what a JVM loads and links at first use (some 2,000 classes, most of them gRPC's) would else delay
 * the first span by a second.
 */
public final class Warmup {
    private static final Logger LOG = LoggerFactory.getLogger(Warmup.class);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private Warmup() {}

    /** Never fails: an agent that could not warm up is a second slower once. */
    public static void run() {
        try {
            try (WarmupReceiver receiver = new WarmupReceiver();
                    OtlpPipeline pipeline = OtlpSpanPipeline.open(
                            OtlpEndpoint.parse("http://127.0.0.1:" + receiver.port(), Optional.empty()),
                            OtlpSettings.defaults(),
                            notice -> LOG.debug("warm-up: {}", notice))) {
                traceNobody(pipeline.target("warm-up"));
                ContainerWarmup.run(pipeline);
                pipeline.flush(LONGEST);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | CaptureException | RuntimeException e) {
            LOG.debug("the first trace will start later than it could", e);
        }
    }

    private static void traceNobody(SpanSink sink) throws CaptureException, InterruptedException {
        SpanAssembler assembler = new SpanAssembler(Resource.empty(), Optional.empty(), sink, SpanOptions.defaults());
        TracedProcess nobody = new TracedProcess(1, 1, 0, "warm-up", Optional.empty());
        long now = System.currentTimeMillis() * 1_000_000;
        assembler.onEvent(new TraceEvent.ProcessStarted(nobody, now, TraceEvent.Origin.ATTACHED));
        assembler.onEvent(new TraceEvent.ProcessExited(nobody, now + 1, Optional.of(0), Optional.empty(), false));
        CaptureOptions options = new CaptureOptions(
                CapturePlan.EVERYTHING,
                RingPolicy.DROP,
                1024,
                1 << 16,
                256,
                true,
                Optional.of(LONGEST),
                Optional.empty());
        try (Tracing tracing = Tracing.open("warm-up", options, List.of(assembler))) {
            tracing.stop();
            tracing.awaitEnd(LONGEST);
        }
    }
}
