// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import io.opentelemetry.api.common.AttributeKey;
import java.util.function.BiConsumer;

/** Passes attributes on as the SDK's objects. */
public record BoxedAttributes(BiConsumer<? super AttributeKey<?>, ? super Object> to) implements AttributeWriter {
    @Override
    public void label(AttributeKey<String> key, String value) {
        to.accept(key, value);
    }

    @Override
    public void text(AttributeKey<String> key, CharSequence value) {
        to.accept(key, value.toString());
    }

    @Override
    public void number(AttributeKey<Long> key, long value) {
        to.accept(key, value);
    }

    @Override
    public void real(AttributeKey<Double> key, double value) {
        to.accept(key, value);
    }

    @Override
    public void flag(AttributeKey<Boolean> key, boolean value) {
        to.accept(key, value);
    }
}
