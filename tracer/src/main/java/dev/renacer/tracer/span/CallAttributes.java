// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.parent.CallParent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SyscallSpan}'s values as attributes. Nothing is copied: the exporter walks them twice (to size and to
 * write), and both walks read the span.
 */
record CallAttributes(SyscallSpan span) implements Attributes {
    /** name, number, tid, duration and how the parent is known. */
    private static final int ALWAYS = 5;

    static int count(SyscallSpan span) {
        CallSource source = span.source();
        CallDetail detail = span.detail();
        return ALWAYS
                + (span.parent().pid() == null ? 0 : 1)
                + 1 // either the result or "unfinished"
                + (span.callStatus().errorType().isEmpty() ? 0 : 2)
                + countOf(span.callStatus().connection())
                + (span.inProgressAtAttach() ? 1 : 0)
                + (detail == null ? 0 : detail.count())
                + (source == null ? 0 : source.count());
    }

    private static int countOf(@Nullable ConnectionEnding connection) {
        if (connection == null) {
            return 0;
        }
        return connection.toldBy().isEmpty() ? 1 : 2;
    }

    @Override
    public void forEach(BiConsumer<? super AttributeKey<?>, ? super Object> consumer) {
        consumer.accept(SpanAttributes.SYSCALL_NAME, span.label().name());
        consumer.accept(SpanAttributes.SYSCALL_NUMBER, span.label().number());
        consumer.accept(SpanAttributes.SYSCALL_TID, span.tid());
        consumer.accept(SpanAttributes.SYSCALL_DURATION_US, span.durationMicros());
        CallParent parent = span.parent();
        consumer.accept(SpanAttributes.SYSCALL_PARENT_SOURCE, parent.source().attribute());
        if (parent.pid() != null) {
            consumer.accept(SpanAttributes.PROCESS_PID, parent.pid());
        }
        if (span.outcome() == Outcome.UNFINISHED) {
            consumer.accept(SpanAttributes.SYSCALL_UNFINISHED, true);
        } else {
            consumer.accept(SpanAttributes.SYSCALL_RESULT, span.result());
        }
        CallStatus status = span.callStatus();
        if (!status.errorType().isEmpty()) {
            consumer.accept(SpanAttributes.SYSCALL_ERRNO, status.errno());
            consumer.accept(SpanAttributes.ERROR_TYPE, status.errorType());
        }
        ConnectionEnding connection = status.connection();
        if (connection != null) {
            consumer.accept(SpanAttributes.CONNECT_OUTCOME, connection.outcome().attribute());
            if (!connection.toldBy().isEmpty()) {
                consumer.accept(SpanAttributes.CONNECT_TOLD_BY, connection.toldBy());
            }
        }
        if (span.inProgressAtAttach()) {
            consumer.accept(SpanAttributes.SYSCALL_IN_PROGRESS, true);
        }
        CallDetail detail = span.detail();
        if (detail != null) {
            detail.forEach(consumer);
        }
        CallSource source = span.source();
        if (source != null) {
            source.forEach(consumer);
        }
    }

    @Override
    public int size() {
        return count(span);
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    @SuppressWarnings("unchecked") // each key is stored with a value of its own type, in forEach above
    public <T> @Nullable T get(AttributeKey<T> key) {
        return (T) asMap().get(key);
    }

    @Override
    public Map<AttributeKey<?>, Object> asMap() {
        Map<AttributeKey<?>, Object> map = new LinkedHashMap<>();
        forEach(map::put);
        return map;
    }

    @Override
    public AttributesBuilder toBuilder() {
        AttributesBuilder builder = Attributes.builder();
        forEach((key, value) -> {
            switch (value) {
                case Long number -> builder.put(key.getKey(), number);
                case Boolean flag -> builder.put(key.getKey(), flag);
                default -> builder.put(key.getKey(), value.toString());
            }
        });
        return builder;
    }

    @Override
    public String toString() {
        return asMap().toString();
    }
}
