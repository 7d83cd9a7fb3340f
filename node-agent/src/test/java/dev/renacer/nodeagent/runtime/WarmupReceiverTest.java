// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
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
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class WarmupReceiverTest {
    @Test
    void acknowledgesWhatTheExporterSends() throws IOException {
        List<Object> notices = new CopyOnWriteArrayList<>();
        try (WarmupReceiver receiver = new WarmupReceiver();
                OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(
                        OtlpEndpoint.parse("http://127.0.0.1:" + receiver.port(), Optional.empty()),
                        OtlpSettings.defaults(),
                        notices::add)) {
            SpanSink sink = pipeline.target("t");
            SpanAssembler assembler =
                    new SpanAssembler(Resource.empty(), Optional.empty(), sink, SpanOptions.defaults());
            TracedProcess process = new TracedProcess(1, 1, 0, "x", Optional.empty());
            for (int i = 1; i <= 3; i++) {
                assembler.onEvent(new TraceEvent.ProcessStarted(process, i, TraceEvent.Origin.ATTACHED));
                assembler.onEvent(new TraceEvent.ProcessExited(process, i, Optional.of(0), Optional.empty(), false));
                assembler.onIdle();
                assertThat(pipeline.flush(Duration.ofSeconds(30))).isTrue();
                assertThat(sink.counts().exported()).isEqualTo(i);
            }
            assertThat(notices).isEmpty();
        }
    }
}
