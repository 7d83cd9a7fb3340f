// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.otlp;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A span as it arrived.
 *
 * @param parentId empty for the root of a trace
 * @param startNanos since the epoch
 * @param endNanos since the epoch
 * @param failed whether its status is ERROR
 * @param resource attributes of what the span is about; shared by the spans of one message
 */
public record ReceivedSpan(
        String traceId,
        String spanId,
        String parentId,
        String name,
        long startNanos,
        long endNanos,
        boolean failed,
        Map<String, String> attributes,
        Map<String, String> resource) {

    static ReceivedSpan of(Span span, Map<String, String> resource) {
        return new ReceivedSpan(
                HexFormat.of().formatHex(span.getTraceId().toByteArray()),
                HexFormat.of().formatHex(span.getSpanId().toByteArray()),
                HexFormat.of().formatHex(span.getParentSpanId().toByteArray()),
                span.getName(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
                attributes(span.getAttributesList()),
                resource);
    }

    static Map<String, String> attributes(List<KeyValue> list) {
        Map<String, String> attributes = new LinkedHashMap<>();
        list.forEach(pair -> attributes.put(pair.getKey(), text(pair.getValue())));
        return attributes;
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(ReceivedSpan::text)
                        .collect(Collectors.joining(" "));
            default -> "";
        };
    }

    /** Time between start and end. */
    public long durationNanos() {
        return endNanos - startNanos;
    }

    /** Whether it has no parent. */
    public boolean isRoot() {
        return parentId.isEmpty();
    }
}
