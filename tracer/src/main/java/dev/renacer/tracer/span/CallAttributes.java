// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.export.encoding.AttributeWriter;
import dev.renacer.tracer.export.encoding.BoxedAttributes;
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
 * A {@link SyscallSpan}'s values as attributes. Nothing is copied: each walk reads the span.
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
        write(span, new BoxedAttributes(consumer));
    }

    /** Gives all of them to a writer. */
    static void write(SyscallSpan span, AttributeWriter out) {
        out.label(SpanAttributes.SYSCALL_NAME, span.label().name());
        out.number(SpanAttributes.SYSCALL_NUMBER, span.label().number());
        out.number(SpanAttributes.SYSCALL_TID, span.tid());
        out.number(SpanAttributes.SYSCALL_DURATION_US, span.durationMicros());
        CallParent parent = span.parent();
        out.label(SpanAttributes.SYSCALL_PARENT_SOURCE, parent.source().attribute());
        if (parent.pid() != null) {
            out.number(SpanAttributes.PROCESS_PID, parent.pid());
        }
        if (span.outcome() == Outcome.UNFINISHED) {
            out.flag(SpanAttributes.SYSCALL_UNFINISHED, true);
        } else {
            out.number(SpanAttributes.SYSCALL_RESULT, span.result());
        }
        CallStatus status = span.callStatus();
        if (!status.errorType().isEmpty()) {
            out.number(SpanAttributes.SYSCALL_ERRNO, status.errno());
            out.label(SpanAttributes.ERROR_TYPE, status.errorType());
        }
        ConnectionEnding connection = status.connection();
        if (connection != null) {
            out.label(SpanAttributes.CONNECT_OUTCOME, connection.outcome().attribute());
            if (!connection.toldBy().isEmpty()) {
                out.text(SpanAttributes.CONNECT_TOLD_BY, connection.toldBy());
            }
        }
        if (span.inProgressAtAttach()) {
            out.flag(SpanAttributes.SYSCALL_IN_PROGRESS, true);
        }
        CallDetail detail = span.detail();
        if (detail != null) {
            detail.write(out);
        }
        CallSource source = span.source();
        if (source != null) {
            source.write(out);
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
