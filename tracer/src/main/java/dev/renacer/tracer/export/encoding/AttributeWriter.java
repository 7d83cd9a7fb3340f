// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import io.opentelemetry.api.common.AttributeKey;

/** Takes the attributes of a span one after the other, without making objects of their values. */
public interface AttributeWriter {
    /** One of few values: the same string each time. */
    void label(AttributeKey<String> key, String value);

    /** Any text. It may change once this has returned. */
    void text(AttributeKey<String> key, CharSequence value);

    void number(AttributeKey<Long> key, long value);

    void real(AttributeKey<Double> key, double value);

    void flag(AttributeKey<Boolean> key, boolean value);
}
