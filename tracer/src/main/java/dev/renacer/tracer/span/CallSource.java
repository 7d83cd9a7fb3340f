// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.export.encoding.AttributeWriter;
import dev.renacer.tracer.export.encoding.BoxedAttributes;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import io.opentelemetry.api.common.AttributesBuilder;

/**
 * A call's place in the source as attributes.
 *
 * @param location    the place
 * @param formerNames whether the attributes are also written under the names they had before they were stable
 */
record CallSource(SourceLocation location, boolean formerNames) {
    int count() {
        int known =
                (location.function().isPresent() ? 1 : 0) + (location.file().isPresent() ? 1 : 0) + (hasLine() ? 1 : 0);
        return formerNames ? 2 * known : known;
    }

    void write(AttributeWriter out) {
        location.function().ifPresent(function -> {
            out.text(SpanAttributes.CODE_FUNCTION_NAME, function);
            if (formerNames) {
                out.text(SpanAttributes.CODE_FUNCTION, function);
            }
        });
        location.file().ifPresent(file -> {
            out.text(SpanAttributes.CODE_FILE_PATH, file);
            if (formerNames) {
                out.text(SpanAttributes.CODE_FILEPATH, file);
            }
        });
        if (hasLine()) {
            out.number(SpanAttributes.CODE_LINE_NUMBER, location.line());
            if (formerNames) {
                out.number(SpanAttributes.CODE_LINENO, location.line());
            }
        }
    }

    /** Adds them to those of something else. */
    void addTo(AttributesBuilder attributes) {
        write(new BoxedAttributes((key, value) -> {
            if (value instanceof Long number) {
                attributes.put(key.getKey(), number);
            } else {
                attributes.put(key.getKey(), value.toString());
            }
        }));
    }

    private boolean hasLine() {
        return location.file().isPresent() && location.line() != 0;
    }
}
