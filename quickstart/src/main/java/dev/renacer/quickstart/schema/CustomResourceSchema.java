// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.quickstart.schema.FieldError.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The schema of a custom resource, in one version. Immutable; safe for any thread. */
public final class CustomResourceSchema {
    private final JsonNode schema;
    private final ValueCheck values;
    private final CelRules rules;

    /**
     * Reads it.
     *
     * @param schema  {@code schema.openAPIV3Schema} of the version
     * @throws IllegalArgumentException if a pattern or a rule in CEL cannot be compiled, or it has what is not served here
     */
    public CustomResourceSchema(JsonNode schema) {
        refuseNullable("", schema);
        ObjectNode whole = schema.deepCopy();
        ObjectNode properties = whole.withObject("/properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
        this.schema = whole;
        this.values = new ValueCheck(whole);
        this.rules = new CelRules(whole);
    }

    /** Where a null were allowed, it would have to be kept. */
    private static void refuseNullable(String path, JsonNode schema) {
        if (schema.path("nullable").asBoolean()) {
            throw new IllegalArgumentException("\"" + path + "\": nullable is not served here");
        }
        schema.path("properties")
                .properties()
                .forEach(property -> refuseNullable(below(path, property.getKey()), property.getValue()));
        Stream.of("items", "additionalProperties")
                .map(schema::path)
                .filter(JsonNode::isObject)
                .forEach(items -> refuseNullable(path + "[]", items));
    }

    /** The schema with the fields that every object has. */
    public JsonNode whole() {
        return schema;
    }

    /** Drops what the schema does not know, and returns the paths of it. */
    public List<String> prune(ObjectNode object) {
        List<String> unknown = new ArrayList<>();
        prune(object, schema, "", unknown);
        return unknown;
    }

    private static void prune(JsonNode value, JsonNode schema, String path, List<String> unknown) {
        if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            return;
        }
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                JsonNode property = property(schema, field.getKey());
                String name = below(path, field.getKey());
                if (property.isMissingNode()) {
                    unknown.add(name);
                    object.remove(field.getKey());
                } else {
                    prune(field.getValue(), property, name, unknown);
                }
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                prune(value.get(i), schema.path("items"), path + "[" + i + "]", unknown);
            }
        }
    }

    /** Sets the defaults of what is absent, and drops a null where there is none: the schema allows no null. */
    public void complete(ObjectNode object) {
        complete(object, schema);
    }

    private static void complete(JsonNode value, JsonNode schema) {
        if (value instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
            schema.path("properties").properties().forEach(property -> {
                if (property.getValue().has("default") && !object.has(property.getKey())) {
                    object.set(
                            property.getKey(),
                            property.getValue().get("default").deepCopy());
                }
            });
            object.properties().forEach(field -> complete(field.getValue(), property(schema, field.getKey())));
        } else if (value.isArray()) {
            value.forEach(item -> complete(item, schema.path("items")));
        }
    }

    /**
     * What is wrong with an object; nothing if the list is empty.
     *
     * @param old  the object as it is stored; null: it is new
     */
    public List<FieldError> faults(ObjectNode object, @Nullable JsonNode old) {
        List<FieldError> faults = new ArrayList<>(values.faults(object));
        duplicates("", object, schema, faults::add);
        if (faults.stream().map(FieldError::kind).anyMatch(Kind::hidesRules)) {
            faults.add(FieldError.of(
                    "<nil>",
                    Kind.FieldValueInvalid,
                    "null: some validation rules were not checked because the object was invalid; correct the existing"
                            + " errors to complete validation"));
        } else {
            rules.check("", object, old, faults::add);
        }
        return faults;
    }

    /** Lists where each entry, or its keys, may be there once. */
    private static void duplicates(String path, JsonNode value, JsonNode schema, Consumer<FieldError> faults) {
        value.properties()
                .forEach(field -> duplicates(
                        below(path, field.getKey()), field.getValue(), property(schema, field.getKey()), faults));
        if (!value.isArray()) {
            return;
        }
        String type = schema.path("x-kubernetes-list-type").asText();
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < value.size(); i++) {
            JsonNode key = type.equals("map") ? keys(value.get(i), schema) : value.get(i);
            if (!seen.add(key) && !type.isEmpty() && !type.equals("atomic")) {
                faults.accept(FieldError.duplicate(path + "[" + i + "]", key));
            }
            duplicates(path + "[" + i + "]", value.get(i), schema.path("items"), faults);
        }
    }

    private static JsonNode keys(JsonNode item, JsonNode schema) {
        return item instanceof ObjectNode object
                ? object.deepCopy()
                        .retain(schema.path("x-kubernetes-list-map-keys")
                                .valueStream()
                                .map(JsonNode::asText)
                                .toList())
                : item;
    }

    private static JsonNode property(JsonNode schema, String name) {
        JsonNode property = schema.path("properties").path(name);
        return property.isMissingNode() ? schema.path("additionalProperties") : property;
    }

    static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
