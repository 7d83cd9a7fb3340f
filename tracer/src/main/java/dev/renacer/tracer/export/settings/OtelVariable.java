// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The standard variables of OpenTelemetry (specification 1.60, "Environment Variable Specification" and "OpenTelemetry Protocol
 * Exporter"), and what Renacer makes of each. docs/reference/otel-variables.md is written from it.
 */
enum OtelVariable {
    OTEL_EXPORTER_OTLP_ENDPOINT(
            true, "where spans go; for HTTP/protobuf `/v1/traces` is added. Without a scheme it is refused"),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT(true, "the same, used as it is"),
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT(false, "metrics go to the receiver of the spans, at `/v1/metrics`"),
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT(false, "no logs are sent"),
    OTEL_EXPORTER_OTLP_PROTOCOL(true, "`grpc` or `http/protobuf`; unset: by the port. `http/json` is refused"),
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL(true, "the same, first"),
    OTEL_EXPORTER_OTLP_HEADERS(true, "`name=value,name=value` with percent escapes"),
    OTEL_EXPORTER_OTLP_TRACES_HEADERS(true, "the same, instead of those"),
    OTEL_EXPORTER_OTLP_TIMEOUT(true, "milliseconds for each request; 10,000"),
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT(true, "the same, first"),
    OTEL_EXPORTER_OTLP_COMPRESSION(true, "`gzip` or `none`; unset: gzip unless the receiver is on this machine"),
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION(true, "the same, first"),
    OTEL_EXPORTER_OTLP_CERTIFICATE(true, "certificates to trust (PEM), read again every two seconds"),
    OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE(true, "the same, first"),
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE(true, "certificate to show (PEM), read again likewise"),
    OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE(true, "the same, first"),
    OTEL_EXPORTER_OTLP_CLIENT_KEY(true, "its key (PEM, PKCS#8), read again likewise"),
    OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY(true, "the same, first"),
    OTEL_EXPORTER_OTLP_INSECURE(false, "the endpoint's scheme decides: http or https"),
    OTEL_EXPORTER_OTLP_TRACES_INSECURE(false, "likewise"),
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE(
            false, "metrics are cumulative, so that one that is lost costs nothing"),
    OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION(false, "durations are an exponential histogram"),
    OTEL_BSP_SCHEDULE_DELAY(true, "milliseconds a span may wait for others; 200"),
    OTEL_BSP_MAX_QUEUE_SIZE(
            true,
            "spans that wait of one target; 262,144 with `renacer`, 16,384 in an agent. Their memory is bounded as well"),
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE(true, "spans in one request; 4,096. A request has at most 4 MiB in any case"),
    OTEL_BSP_EXPORT_TIMEOUT(true, "milliseconds for which one batch is tried again; 300,000"),
    OTEL_BLRP_SCHEDULE_DELAY(false, "no logs are sent; likewise the other OTEL_BLRP_*"),
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT(false, "each attribute has a bound of its own: [spans](spans.md)"),
    OTEL_ATTRIBUTE_COUNT_LIMIT(false, "a span has at most the attributes of [spans](spans.md)"),
    OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT(false, "as OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"),
    OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT(false, "as OTEL_ATTRIBUTE_COUNT_LIMIT"),
    OTEL_SPAN_EVENT_COUNT_LIMIT(false, "128, the default of the specification"),
    OTEL_SPAN_LINK_COUNT_LIMIT(false, "a span has at most two links"),
    OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT(false, "an event has at most the attributes of [spans](spans.md)"),
    OTEL_LINK_ATTRIBUTE_COUNT_LIMIT(false, "a link has one"),
    OTEL_SDK_DISABLED(true, "`true`: nothing is exported unless --otlp-endpoint says where"),
    OTEL_TRACES_EXPORTER(true, "`none`: likewise; other values count as otlp"),
    OTEL_METRICS_EXPORTER(false, "--otlp-metrics says whether metrics are sent"),
    OTEL_LOGS_EXPORTER(false, "no logs are sent"),
    OTEL_SERVICE_NAME(true, "`service.name`, after --otlp-service-name"),
    OTEL_RESOURCE_ATTRIBUTES(true, "further attributes of the resource"),
    OTEL_ENTITIES(false, "what is known of the target becomes attributes of its resource"),
    OTEL_SEMCONV_STABILITY_OPT_IN(true, "`code`: without the former names `code.filepath` and others"),
    OTEL_TRACES_SAMPLER(false, "--sampling has rules; a flag of the parent's trace is followed"),
    OTEL_TRACES_SAMPLER_ARG(false, "likewise"),
    OTEL_PROPAGATORS(false, "W3C's trace context alone: `traceparent`"),
    OTEL_METRIC_EXPORT_INTERVAL(false, "every 10 s, and at the end"),
    OTEL_METRIC_EXPORT_TIMEOUT(false, "5 s"),
    OTEL_METRICS_EXEMPLAR_FILTER(false, "the slowest call's span is the exemplar"),
    OTEL_LOG_LEVEL(false, "what is to be told is told once, on standard error"),
    OTEL_CONFIG_FILE(false, "flags and these variables alone configure the export");

    private final boolean honoured;
    private final String meaning;

    /**
     * @param honoured  whether it has an effect
     * @param meaning   which, or what holds instead
     */
    OtelVariable(boolean honoured, String meaning) {
        this.honoured = honoured;
        this.meaning = meaning;
    }

    boolean isHonoured() {
        return honoured;
    }

    /** All of them as a table in Markdown. */
    static String table() {
        return Arrays.stream(values())
                .map(each ->
                        "| `" + each.name() + "` | " + (each.honoured ? "yes" : "no") + " | " + each.meaning + " |\n")
                .collect(Collectors.joining("", "| variable | honoured | what |\n|---|---|---|\n", ""));
    }
}
