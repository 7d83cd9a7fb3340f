// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.Keyword;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Holds a document against the schema of a definition, as the API server would, but before there is one to ask. Rules in CEL are
 * left to the server. Fields the schema does not know are a fault: in a configuration they are a slip of the pen.
 */
public final class SchemaCheck {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SchemaCheck() {}

    /** The first fault of a document, if it has one, such as {@code limits.maxTargets: 0 is less than 1}. */
    public static Optional<String> fault(JsonNode document, JSONSchemaProps schema) {
        JsonNode closed = closed(MAPPER.valueToTree(schema));
        return new ValidatorFactory()
                        .withDefaultDialect(new Dialects.Draft4Dialect())
                        .withDisabledSchemaValidation(true)
                        .validate(closed, document)
                        .getErrors()
                        .stream()
                        .findFirst()
                        .map(error -> fault(error, document, closed));
    }

    /** The schema with a prohibition of what it does not name. */
    private static JsonNode closed(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            object.forEach(SchemaCheck::closed);
            if (object.path("properties").isObject() && !object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
        }
        return schema;
    }

    private static String fault(Error error, JsonNode document, JsonNode schema) {
        String path = path(error.getInstanceLocation());
        String rule = error.getEvaluationPath();
        if (Keyword.REQUIRED.equals(error.getKeyword())) {
            JsonNode object = document.at(error.getInstanceLocation());
            String missing = schema.at(rule)
                    .valueStream()
                    .map(JsonNode::asText)
                    .filter(name -> !object.has(name))
                    .findFirst()
                    .orElseThrow();
            return (path.isEmpty() ? missing : path + "." + missing) + " is missing";
        }
        if (rule.endsWith("/" + Keyword.ADDITIONAL_PROPERTIES)) {
            JsonNode known = schema.at(rule.substring(0, rule.lastIndexOf('/')) + "/" + Keyword.PROPERTIES);
            return path + " is not a known key; known: "
                    + known.propertyStream().map(Map.Entry::getKey).collect(Collectors.joining(", "));
        }
        return (path.isEmpty() ? "the document" : path) + ": " + UserText.line(error.getError());
    }

    private static String path(String pointer) {
        return pointer.replaceAll("/(\\d+)(?=/|$)", "[$1]")
                .replace('/', '.')
                .replace("~1", "/")
                .replace("~0", "~")
                .replaceFirst("^\\.", "");
    }
}
