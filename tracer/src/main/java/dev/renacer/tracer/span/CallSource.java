// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.function.BiConsumer;

/**
 * A call's place in the source as attributes.
 *
 * @param location    the place
 * @param line        its line, as the object the exporter wants
 * @param formerNames whether the attributes are also written under the names they had before they were stable
 */
record CallSource(SourceLocation location, Long line, boolean formerNames) {
    CallSource(SourceLocation location, boolean formerNames) {
        this(location, (long) location.line(), formerNames);
    }

    int count() {
        int known =
                (location.function().isPresent() ? 1 : 0) + (location.file().isPresent() ? 1 : 0) + (hasLine() ? 1 : 0);
        return formerNames ? 2 * known : known;
    }

    void forEach(BiConsumer<? super AttributeKey<?>, ? super Object> consumer) {
        location.function().ifPresent(function -> {
            consumer.accept(SpanAttributes.CODE_FUNCTION_NAME, function);
            if (formerNames) {
                consumer.accept(SpanAttributes.CODE_FUNCTION, function);
            }
        });
        location.file().ifPresent(file -> {
            consumer.accept(SpanAttributes.CODE_FILE_PATH, file);
            if (formerNames) {
                consumer.accept(SpanAttributes.CODE_FILEPATH, file);
            }
        });
        if (hasLine()) {
            consumer.accept(SpanAttributes.CODE_LINE_NUMBER, line);
            if (formerNames) {
                consumer.accept(SpanAttributes.CODE_LINENO, line);
            }
        }
    }

    /** Adds them to those of something else. */
    void addTo(AttributesBuilder attributes) {
        forEach((key, value) -> {
            if (value instanceof Long number) {
                attributes.put(key.getKey(), number);
            } else {
                attributes.put(key.getKey(), value.toString());
            }
        });
    }

    private boolean hasLine() {
        return location.file().isPresent() && line != 0;
    }
}
