// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.export.encoding.BoxedAttributes;
import dev.renacer.tracer.source.SourceLocation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallSourceTest {
    private static final SourceLocation WHOLE =
            new SourceLocation(Optional.of("greet"), Optional.of("/src/hello.c"), 7);

    @Test
    void hasItsPresentAndItsFormerNames() {
        assertThat(attributes(new CallSource(WHOLE, true)))
                .isEqualTo(Map.of(
                        "code.function.name", "greet",
                        "code.file.path", "/src/hello.c",
                        "code.line.number", 7L,
                        "code.function", "greet",
                        "code.filepath", "/src/hello.c",
                        "code.lineno", 7L));
    }

    @Test
    void hasItsPresentNamesAloneIfAskedTo() {
        assertThat(attributes(new CallSource(WHOLE, false)))
                .containsOnlyKeys("code.function.name", "code.file.path", "code.line.number");
    }

    @Test
    void tellsNothingThatIsUnknown() {
        assertThat(attributes(new CallSource(new SourceLocation(Optional.of("greet"), Optional.empty(), 0), false)))
                .isEqualTo(Map.of("code.function.name", "greet"));
    }

    @Test
    void hasNoLineWhereTheFileAloneIsKnown() {
        SourceLocation ofPython = new SourceLocation(Optional.of("greet"), Optional.of("/app/hello.py"), 0);
        assertThat(attributes(new CallSource(ofPython, false)))
                .isEqualTo(Map.of("code.function.name", "greet", "code.file.path", "/app/hello.py"));
    }

    private static Map<String, Object> attributes(CallSource source) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        source.write(new BoxedAttributes((key, value) -> attributes.put(key.getKey(), value)));
        assertThat(source.count()).isEqualTo(attributes.size());
        return attributes;
    }
}
