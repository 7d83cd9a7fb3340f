// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/reference/spans.md} to what is written into spans. */
class SpansReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "spans.md");
    private static final Pattern ROW = Pattern.compile(
            "^\\| `([a-z_.]+)` \\| (string|int|boolean|(?:string|int|double)\\[]) \\|", Pattern.MULTILINE);

    @Test
    void eachAttributeHasItsRowAndEachRowIsAnAttribute() throws Exception {
        Map<String, String> written = new TreeMap<>();
        for (Field field : SpanAttributes.class.getDeclaredFields()) {
            if (field.getType() == AttributeKey.class) {
                AttributeKey<?> key = (AttributeKey<?>) field.get(null);
                written.put(key.getKey(), word(key.getType()));
            }
        }

        assertThat(rows()).isEqualTo(written);
    }

    private static Map<String, String> rows() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            assertThat(rows.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
        }
        return rows;
    }

    private static String word(AttributeType type) {
        return switch (type) {
            case STRING -> "string";
            case LONG -> "int";
            case BOOLEAN -> "boolean";
            case STRING_ARRAY -> "string[]";
            case DOUBLE_ARRAY -> "double[]";
            case LONG_ARRAY -> "int[]";
            default -> throw new IllegalArgumentException("the page has no word for " + type);
        };
    }
}
