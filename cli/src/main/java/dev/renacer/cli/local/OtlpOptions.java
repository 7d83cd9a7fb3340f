// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.CommandFailure;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.export.ExportNotice;
import dev.renacer.tracer.export.OtlpSpanPipeline;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.export.collector.MetricConnection;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.export.settings.ReloadedSettings;
import dev.renacer.tracer.metric.MetricExport;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.span.SpanAssembler;
import dev.renacer.tracer.span.SpanOptions;
import dev.renacer.tracer.span.SpanResource;
import dev.renacer.tracer.span.TraceParent;
import dev.renacer.tracer.span.parent.ParentOptions;
import dev.renacer.tracer.span.slice.ParentSource;
import dev.renacer.tracer.span.volume.Sampling;
import dev.renacer.tracer.span.volume.Volume;
import dev.renacer.tracer.span.wait.ThreadNames;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether, where and how spans are exported. */
final class OtlpOptions {
    /** For a single trace of one user: spans that wait are better than a loss while the collector starts. */
    private static final int QUEUE_CAPACITY = 262_144;

    /** A single target has half of it. */
    private static final long WAITING_BYTES = 64L * 1_024 * 1_024;

    /** Which failed calls are errors. */
    enum ErrorStatus {
        DEFAULT,
        ALL;

        /** In the spelling of the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which calls become spans of their own. */
    enum SpanVolume {
        ALL,
        READABLE;

        /** In the spelling of the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--otlp-endpoint",
            paramLabel = "URL",
            description =
                    "Export spans to this OTLP receiver: http://HOST:4317 (gRPC) or http://HOST:4318 (HTTP/protobuf)."
                            + " OTEL_EXPORTER_OTLP_ENDPOINT does the same; the other OTEL_* variables apply too.")
    @Nullable
    String endpoint;

    @Option(
            names = "--otlp-service-name",
            paramLabel = "NAME",
            description = "service.name of the spans (default: $OTEL_SERVICE_NAME, otherwise renacer).")
    @Nullable
    String serviceName;

    @Option(
            names = "--volume",
            paramLabel = "HOW",
            defaultValue = "all",
            description =
                    "all: each call is a span; readable: failures, slow calls and the first of each kind are, at most"
                            + " 100 spans/s of a process; the rest is folded into one span for each call, with counts,"
                            + " times, bytes and paths.")
    SpanVolume volume = SpanVolume.ALL;

    @Option(
            names = "--sampling",
            paramLabel = "FILE",
            description =
                    "Leave calls out of the spans by the rules of this file, one a line, the first that says something decides:"
                            + " keep error, keep slow MILLISECONDS, keep call NAMES, drop call NAMES, sample PROBABILITY (of traces,"
                            + " by their id). What is left out is counted.")
    @Nullable
    Path sampling;

    @Option(
            names = "--otlp-metrics",
            description =
                    "Also export metrics of all calls to the receiver: renacer.syscall.duration as exponential histogram by"
                            + " call and error, with the slowest call's span as exemplar, renacer.syscall.io and renacer.calls.")
    boolean metrics;

    @Mixin
    OtlpTransportOptions transport = new OtlpTransportOptions();

    @Option(
            names = "--trace-parent",
            paramLabel = "TRACEPARENT",
            description = "Continue this W3C trace (default: $TRACEPARENT, otherwise $OTEL_TRACEPARENT).")
    @Nullable
    String traceParent;

    @Option(
            names = "--otlp-unsampled",
            description = "Also export the calls made for traces that the program itself has decided not to record.")
    boolean unsampled;

    @Option(
            names = "--no-http-headers",
            description =
                    "Do not look for the header traceparent in requests of HTTP that the program receives or sends, to make its"
                            + " calls children of the spans it names.")
    boolean noHttpHeaders;

    @Option(
            names = "--error-status",
            paramLabel = "RULE",
            defaultValue = "default",
            description =
                    "all: every failed call is a span with status ERROR; default: except those that nobody calls an"
                            + " error (EAGAIN, EINTR, EINPROGRESS, ERESTART*, ENOTTY of ioctl, ETIMEDOUT of futex).")
    ErrorStatus errorStatus = ErrorStatus.DEFAULT;

    /**
     * What spans say of a recorded trace that no call says.
     *
     * @param threads     what threads were called
     * @param epochNanos  the time in the trace
     * @param host        the name of its machine; empty: not known
     */
    record Recorded(ThreadNames threads, LongSupplier epochNanos, String host) {}

    private Optional<Recorded> recorded = Optional.empty();
    private boolean off;

    /** Exports nothing, whatever the environment says. */
    static OtlpOptions none() {
        OtlpOptions none = new OtlpOptions();
        none.off = true;
        return none;
    }

    /** The trace was recorded. To be called before the export is opened. */
    void recorded(Recorded trace) {
        recorded = Optional.of(trace);
    }

    /**
     * Opens the export, if one is requested. If the environment makes no sense, that is no reason to refuse a trace
     * that was requested without export: it is the program's environment, and may be meant for an SDK that understands
     * it.
     *
     * @param notices      receives lines a person should see
     * @param descriptors  knows what descriptors are
     * @param redactor     takes the secrets out of what no call says
     * @throws CommandFailure if a flag asks for export and the settings make no sense
     */
    Optional<SpanExport> open(
            Map<String, String> environment, Consumer<String> notices, Descriptors descriptors, Redactor redactor) {
        if (off) {
            return Optional.empty();
        }
        try {
            return configured(environment, notices, descriptors, redactor);
        } catch (CommandFailure e) {
            if (endpoint != null || !transport.flags().isEmpty()) {
                throw e;
            }
            notices.accept(e.line("renacer") + "; no spans are exported");
            return Optional.empty();
        }
    }

    /** Whether spans are to be exported, if the settings make sense. */
    boolean isAsked(Map<String, String> environment) {
        try {
            return !off
                    && OtlpEndpoint.find(Optional.ofNullable(endpoint), transport.over(environment))
                            .isPresent();
        } catch (IllegalArgumentException | CommandFailure _) {
            return false; // open() tells
        }
    }

    private Optional<SpanExport> configured(
            Map<String, String> environment, Consumer<String> notices, Descriptors descriptors, Redactor redactor) {
        Optional<OtlpEndpoint> where =
                checked(() -> OtlpEndpoint.find(Optional.ofNullable(endpoint), transport.over(environment)));
        if (where.isEmpty()) {
            withoutEndpoint().ifPresent(notices);
            return Optional.empty();
        }
        Optional<String> host = recorded.isPresent()
                ? recorded.map(Recorded::host).filter(name -> !name.isEmpty())
                : SpanResource.hostName();
        Resource resource = checked(() -> SpanResource.ofProgram(Optional.ofNullable(serviceName), environment, host));
        Optional<SpanContext> parent = parent(environment, notices);
        Supplier<OtlpSettings> settings = checked(() -> new ReloadedSettings(
                () -> OtlpSettings.fromEnvironment(withQueue(transport.over(environment)))
                        .withWaitingBytes(WAITING_BYTES),
                System::nanoTime));
        OtlpSpanPipeline pipeline = checked(() -> OtlpSpanPipeline.open(
                where.get(), settings, (ExportNotice notice) -> notices.accept(notice.message())));
        SpanSink queue = pipeline.target("renacer");
        LongSupplier clock = recorded.map(Recorded::epochNanos).orElse(OtlpOptions::nanos);
        Optional<MetricExport> measured = metrics
                ? Optional.of(checked(
                        () -> new MetricExport(new MetricConnection(where.get(), settings), resource, queue, clock)))
                : Optional.empty();
        SpanSink sink = measured.map(MetricExport::sink).orElse(queue);
        SpanOptions options = SpanOptions.defaults()
                .withErrorStatus(
                        errorStatus == ErrorStatus.ALL
                                ? SpanOptions.ErrorStatus.ALL
                                : SpanOptions.ErrorStatus.REAL_FAILURES)
                .withArguments(ArgumentDetail.FULL)
                .withParents(new ParentOptions(
                        traceParent == null ? ParentSource.ENVIRONMENT : ParentSource.OPTION,
                        unsampled,
                        serviceName != null))
                .withSampling(sampling())
                .withVolume(volume == SpanVolume.READABLE ? Volume.READABLE : Volume.ALL)
                .withFormerSourceNames(!optsIn(environment, "code"));
        SpanAssembler assembler = recorded.map(trace -> new SpanAssembler(
                        resource, parent, sink, options, descriptors, trace.threads(), trace.epochNanos()))
                .orElseGet(() -> new SpanAssembler(resource, parent, sink, options, descriptors, redactor));
        measured.ifPresent(metrics -> metrics.sampled(assembler::callsSampled));
        return Optional.of(new SpanExport(
                pipeline,
                sink,
                assembler,
                QUEUE_CAPACITY,
                volume == SpanVolume.READABLE || sampling != null,
                measured));
    }

    private static Map<String, String> withQueue(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("OTEL_BSP_MAX_QUEUE_SIZE", Integer.toString(QUEUE_CAPACITY));
        return all;
    }

    private Sampling sampling() {
        Path file = sampling;
        if (file == null) {
            return Sampling.NONE;
        }
        try {
            return Sampling.parse(Files.readAllLines(file));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--sampling " + file + ": " + e.getMessage());
        } catch (IOException e) {
            throw CommandFailure.usage("--sampling " + file + " cannot be read: " + e);
        }
    }

    private static long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** What to say about flags that have no effect. */
    private Optional<String> withoutEndpoint() {
        List<String> flags = new ArrayList<>();
        if (serviceName != null) {
            flags.add("--otlp-service-name");
        }
        flags.addAll(transport.flags());
        if (traceParent != null) {
            flags.add("--trace-parent");
        }
        if (unsampled) {
            flags.add("--otlp-unsampled");
        }
        if (noHttpHeaders) {
            flags.add("--no-http-headers");
        }
        if (metrics) {
            flags.add("--otlp-metrics");
        }
        if (sampling != null) {
            flags.add("--sampling");
        }
        if (volume != SpanVolume.ALL) {
            flags.add("--volume");
        }
        if (errorStatus != ErrorStatus.DEFAULT) {
            flags.add("--error-status");
        }
        return flags.isEmpty()
                ? Optional.empty()
                : Optional.of("renacer: no spans are exported, so " + String.join(" and ", flags) + " "
                        + (flags.size() == 1 ? "has" : "have") + " no effect; name a receiver with --otlp-endpoint");
    }

    /** A malformed parent costs only the link: the trace is still worth having. TRACESTATE is of the environment's trace. */
    private Optional<SpanContext> parent(Map<String, String> environment, Consumer<String> notices) {
        Optional<String> given = Optional.ofNullable(traceParent)
                .or(() -> variable(environment, "TRACEPARENT"))
                .or(() -> variable(environment, "OTEL_TRACEPARENT"));
        try {
            Optional<String> state = traceParent == null ? variable(environment, "TRACESTATE") : Optional.empty();
            return given.map(value -> TraceParent.parse(value, state));
        } catch (IllegalArgumentException e) {
            notices.accept("renacer: " + e.getMessage() + "; the trace gets an id of its own");
            return Optional.empty();
        }
    }

    /** Whether only the stable names of these attributes are wanted; by default the former ones are also written. */
    private static boolean optsIn(Map<String, String> environment, String domain) {
        return variable(environment, "OTEL_SEMCONV_STABILITY_OPT_IN").stream()
                .flatMap(Pattern.compile(",")::splitAsStream)
                .map(String::strip)
                .anyMatch(domain::equals);
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private <T> T checked(Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(transport.ofFlags(String.valueOf(e.getMessage())));
        }
    }
}
