// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a document against the schema of a definition, as the API server would, but before there is one to ask. Rules in CEL are
 * left to the server. Fields the schema does not know are a fault: in a configuration they are a slip of the pen.
 */
public final class SchemaCheck {
    private SchemaCheck() {}

    /**
     * A fault.
     *
     * @param path     which field, such as {@code limits.maxTargets}
     * @param problem  what is wrong with it
     */
    public record Fault(String path, String problem) {}

    /** The first fault of a document, if it has one. */
    public static Optional<Fault> of(JsonNode document, JSONSchemaProps schema, String path) {
        Optional<String> wrongType = wrongType(document, schema.getType());
        if (wrongType.isPresent()) {
            return wrongType.map(problem -> new Fault(path, problem));
        }
        return switch (document.getNodeType()) {
            case OBJECT -> ofObject(document, schema, path);
            case ARRAY -> ofArray(document, schema, path);
            case STRING -> ofString(document.textValue(), schema).map(problem -> new Fault(path, problem));
            case NUMBER -> ofNumber(document.doubleValue(), schema).map(problem -> new Fault(path, problem));
            default -> Optional.empty();
        };
    }

    private static Optional<String> wrongType(JsonNode value, @Nullable String type) {
        boolean right = switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case null, default -> true;
        };
        return right ? Optional.empty() : Optional.of("is " + shown(value) + ", which is no " + type);
    }

    private static Optional<Fault> ofObject(JsonNode document, JSONSchemaProps schema, String path) {
        Map<String, JSONSchemaProps> known = schema.getProperties() == null ? Map.of() : schema.getProperties();
        @Nullable
        JSONSchemaProps others = schema.getAdditionalProperties() == null
                ? null
                : schema.getAdditionalProperties().getSchema();
        Stream<Optional<Fault>> missing = (schema.getRequired() == null
                        ? Stream.<String>of()
                        : schema.getRequired().stream())
                .filter(name -> !document.hasNonNull(name))
                .map(name -> Optional.of(new Fault(below(path, name), "is missing")));
        Stream<Optional<Fault>> present = document.properties().stream().map(field -> {
            JSONSchemaProps property = known.getOrDefault(field.getKey(), others);
            String name = below(path, field.getKey());
            return property == null
                    ? Optional.of(new Fault(name, "is not a known key; known: " + String.join(", ", known.keySet())))
                    : of(field.getValue(), property, name);
        });
        return Stream.concat(present, missing).flatMap(Optional::stream).findFirst();
    }

    private static Optional<Fault> ofArray(JsonNode document, JSONSchemaProps schema, String path) {
        int size = document.size();
        if (schema.getMinItems() != null && size < schema.getMinItems()) {
            return Optional.of(
                    new Fault(path, "has " + size + " entries, at least " + schema.getMinItems() + " are needed"));
        }
        if (schema.getMaxItems() != null && size > schema.getMaxItems()) {
            return Optional.of(
                    new Fault(path, "has " + size + " entries, at most " + schema.getMaxItems() + " may be"));
        }
        if (schema.getItems() == null || schema.getItems().getSchema() == null) {
            return Optional.empty();
        }
        JSONSchemaProps items = schema.getItems().getSchema();
        return IntStream.range(0, size)
                .mapToObj(i -> of(document.get(i), items, path + "[" + i + "]"))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> ofString(String value, JSONSchemaProps schema) {
        if (schema.getPattern() != null
                && !Pattern.compile(schema.getPattern()).matcher(value).find()) {
            return Optional.of("is " + quoted(value) + ", which does not match " + schema.getPattern());
        }
        if (schema.getMinLength() != null && value.length() < schema.getMinLength()) {
            return Optional.of("is " + quoted(value) + ", shorter than " + schema.getMinLength());
        }
        if (schema.getMaxLength() != null && value.length() > schema.getMaxLength()) {
            return Optional.of("is longer than " + schema.getMaxLength());
        }
        return Optional.empty();
    }

    private static Optional<String> ofNumber(double value, JSONSchemaProps schema) {
        if (schema.getMinimum() != null && value < schema.getMinimum()) {
            return Optional.of(
                    "is " + (long) value + ", less than " + schema.getMinimum().longValue());
        }
        if (schema.getMaximum() != null && value > schema.getMaximum()) {
            return Optional.of(
                    "is " + (long) value + ", more than " + schema.getMaximum().longValue());
        }
        return Optional.empty();
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String shown(JsonNode value) {
        return value.isContainerNode() ? (value.isArray() ? "a list" : "a map") : quoted(value.asText());
    }

    private static String quoted(String text) {
        return "'" + text.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
