// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.export.ExportNotice;
import dev.renacer.tracer.export.OtlpPipeline;
import dev.renacer.tracer.export.OtlpSpanPipeline;
import dev.renacer.tracer.export.collector.MetricConnection;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the pipeline of a sink with the sink's own credentials, for metrics too unless the sink wants none, and logs how
 * its export fares.
 */
public final class SinkOpener implements SinkPipelines.Opener {
    private static final Logger LOG = LoggerFactory.getLogger(SinkOpener.class);

    private final SinkCredentials credentials;
    private final Runnable onFailure;

    /**
     * @param credentials  settings and credentials of the sinks
     * @param onFailure    called on any thread each time a sink begins to fail, or the cause changes
     */
    public SinkOpener(SinkCredentials credentials, Runnable onFailure) {
        this.credentials = credentials;
        this.onFailure = onFailure;
    }

    @Override
    public OtlpPipeline open(Sink sink, OtlpEndpoint endpoint) throws RefusedException {
        Supplier<OtlpSettings> settings = credentials.settings(sink);
        try {
            OtlpPipeline spans = OtlpSpanPipeline.open(endpoint, settings, notice -> {
                if (!(notice instanceof ExportNotice.Recovered)) {
                    onFailure.run();
                }
                log(endpoint, notice);
            });
            return sink.isMeasured()
                    ? new MeasuringPipeline(sink.name(), spans, () -> new MetricConnection(endpoint, settings))
                    : spans;
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.ExportFailed, "sink " + sink.name() + ": " + e.getMessage());
        }
    }

    private static void log(OtlpEndpoint endpoint, ExportNotice notice) {
        switch (notice) {
            case ExportNotice.Recovered recovered -> LOG.info("sink={} {}", endpoint.uri(), recovered.message());
            case ExportNotice.InitializationFailed failed -> LOG.warn("sink={} {}", endpoint.uri(), failed.message());
            case ExportNotice.ExportFailed failed -> LOG.warn("sink={} {}", endpoint.uri(), failed.message());
        }
    }
}
