// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.print;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObjectPrinterTest {
    @ParameterizedTest
    @EnumSource(names = {"JSON", "YAML"})
    void documentsSayTheSameAndSteerNoTerminal(OutputFormat format) throws Exception {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.put("plain", "Grüße: 1.0");
        object.put("control", "\u001b[2J\u009b1m\u0085\u0007");
        object.put("format", "\u202eedoc\u2028\u200b \uDB40\uDC41");
        object.put("lines", "two\nlines\u0085");
        object.put("number", "12");

        String printed = print(format, object);

        assertThat(printed).endsWith("\n").doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\n]]");
        JsonNode read =
                format == OutputFormat.JSON ? new ObjectMapper().readTree(printed) : new YAMLMapper().readTree(printed);
        assertThat(read).isEqualTo(object);
    }

    @Test
    void yamlWithoutSuchCharactersIsPlain() {
        assertThat(print(
                        OutputFormat.YAML, new ObjectMapper().createObjectNode().put("kind", "TraceRequest")))
                .isEqualTo("kind: TraceRequest\n");
    }

    private static String print(OutputFormat format, JsonNode object) {
        StringWriter printed = new StringWriter();
        ObjectPrinter.print(new PrintWriter(printed), format, object);
        return printed.toString();
    }
}
