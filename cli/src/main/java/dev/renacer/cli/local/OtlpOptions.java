// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.CommandFailure;
import dev.renacer.tracer.export.ExportNotice;
import dev.renacer.tracer.export.OtlpEndpoint;
import dev.renacer.tracer.export.OtlpSettings;
import dev.renacer.tracer.export.OtlpSpanPipeline;
import dev.renacer.tracer.span.SpanAssembler;
import dev.renacer.tracer.span.SpanOptions;
import dev.renacer.tracer.span.TargetResource;
import dev.renacer.tracer.span.TraceParent;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether, where to and how spans are exported. */
final class OtlpOptions {
    /** One person's one trace: rather some 50 MB of waiting spans than a loss while the collector gets going. */
    private static final int QUEUE_CAPACITY = 262_144;

    /** Which failed calls are errors. */
    enum ErrorStatus {
        DEFAULT,
        ALL;

        /** As written on the command line. */
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
                            + " OTEL_EXPORTER_OTLP_ENDPOINT does the same; the other OTEL_* variables hold too.")
    @Nullable
    String endpoint;

    @Option(
            names = "--otlp-service-name",
            paramLabel = "NAME",
            description = "service.name of the spans (default: $OTEL_SERVICE_NAME, else renacer).")
    @Nullable
    String serviceName;

    @Option(
            names = "--trace-parent",
            paramLabel = "TRACEPARENT",
            description = "Continue this W3C trace (default: $TRACEPARENT, else $OTEL_TRACEPARENT).")
    @Nullable
    String traceParent;

    @Option(
            names = "--error-status",
            paramLabel = "RULE",
            defaultValue = "default",
            description =
                    "all: every failed call is a span with status ERROR; default: not those that would block or were"
                            + " interrupted (EAGAIN, EINTR, EINPROGRESS, ERESTART*).")
    ErrorStatus errorStatus = ErrorStatus.DEFAULT;

    /**
     * Opens the export, if one is asked for.
     *
     * @param notices  receives lines a person should see
     * @throws CommandFailure if what is asked for makes no sense
     */
    Optional<SpanExport> open(Map<String, String> environment, Consumer<String> notices) {
        Optional<OtlpEndpoint> where = checked(() -> OtlpEndpoint.find(Optional.ofNullable(endpoint), environment));
        if (where.isEmpty()) {
            return Optional.empty();
        }
        Resource resource = checked(() -> TargetResource.ofProgram(Optional.ofNullable(serviceName), environment));
        Optional<SpanContext> parent = parent(environment, notices);
        OtlpSettings settings =
                checked(() -> OtlpSettings.fromEnvironment(environment).withQueueCapacity(QUEUE_CAPACITY));
        OtlpSpanPipeline pipeline = checked(() -> OtlpSpanPipeline.open(
                where.get(), settings, (ExportNotice notice) -> notices.accept(notice.message())));
        var sink = pipeline.target("renacer", OptionalInt.empty());
        SpanOptions options = SpanOptions.defaults()
                .withErrorStatus(
                        errorStatus == ErrorStatus.ALL
                                ? SpanOptions.ErrorStatus.ALL
                                : SpanOptions.ErrorStatus.REAL_FAILURES)
                .withFormerSourceNames(!optsIn(environment, "code"));
        return Optional.of(new SpanExport(pipeline, sink, new SpanAssembler(resource, parent, sink, options)));
    }

    /** A malformed parent costs only the link: the trace is still worth having. */
    private Optional<SpanContext> parent(Map<String, String> environment, Consumer<String> notices) {
        Optional<String> given = Optional.ofNullable(traceParent)
                .or(() -> variable(environment, "TRACEPARENT"))
                .or(() -> variable(environment, "OTEL_TRACEPARENT"));
        try {
            return given.map(value -> TraceParent.parse(value, variable(environment, "TRACESTATE")));
        } catch (IllegalArgumentException e) {
            notices.accept("renacer: " + e.getMessage() + "; the trace gets an id of its own");
            return Optional.empty();
        }
    }

    /** Whether the stable names of these attributes alone are wanted; by default the former ones are written, too. */
    private static boolean optsIn(Map<String, String> environment, String domain) {
        return variable(environment, "OTEL_SEMCONV_STABILITY_OPT_IN").stream()
                .flatMap(Pattern.compile(",")::splitAsStream)
                .map(String::strip)
                .anyMatch(domain::equals);
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static <T> T checked(Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }
}
