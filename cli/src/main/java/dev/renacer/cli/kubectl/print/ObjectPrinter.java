// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.print;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** Prints objects as {@code -o json} and {@code -o yaml} of kubectl do. */
public final class ObjectPrinter {
    private ObjectPrinter() {}

    /** Prints an object or a list of them as JSON or YAML, without the bookkeeping of field owners, as kubectl does. */
    public static void print(PrintWriter out, OutputFormat format, Object object) {
        print(out, format, Serialization.<JsonNode>unmarshal(Serialization.asJson(object), JsonNode.class));
    }

    /** As {@link #print(PrintWriter, OutputFormat, Object)}, of an object or a list as the server sent it. */
    public static void print(PrintWriter out, OutputFormat format, JsonNode object) {
        withoutOwners(object);
        object.path("items").forEach(ObjectPrinter::withoutOwners);
        try {
            if (format == OutputFormat.YAML) {
                out.print(escaped(
                        yaml(true).writeValueAsString(object), () -> yaml(false).writeValueAsString(object)));
            } else {
                String json =
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(object) + "\n";
                out.print(escaped(json, () -> json));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
        out.flush();
    }

    private static YAMLMapper yaml(boolean plain) {
        return YAMLMapper.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .configure(YAMLGenerator.Feature.MINIMIZE_QUOTES, plain)
                .configure(YAMLGenerator.Feature.SPLIT_LINES, plain)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build();
    }

    private interface Quoted {
        String text() throws JsonProcessingException;
    }

    /**
     * A document in which nothing steers a terminal; it says the same, for between double quotes, where alone such characters then
     * are, JSON and YAML know {@code \\uXXXX}.
     */
    private static String escaped(String document, Quoted quoted) throws JsonProcessingException {
        return document.lines().allMatch(ObjectPrinter::isPrintable)
                ? document
                : quoted.text().lines().map(UserText::printable).collect(Collectors.joining("\n", "", "\n"));
    }

    private static boolean isPrintable(String line) {
        return UserText.printable(line).equals(line);
    }

    private static void withoutOwners(JsonNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
    }
}
