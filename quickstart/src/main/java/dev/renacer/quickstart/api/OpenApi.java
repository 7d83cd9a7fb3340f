// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.quickstart.schema.CustomResourceSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The documents below {@code /openapi/v3}: from them kubectl learns that the server checks fields by itself, and what {@code kubectl
 * explain} prints. Of the types that are built in they hold no fields.
 *
 * <p>Of a kind that they do not have, kubectl looks for fields in {@code /openapi/v2}. That document is empty: without it kubectl would
 * advise to turn validation off, instead of saying that it does not know the kind.
 */
final class OpenApi {
    /** The path of the document for old clients. */
    static final String OLD_PATH = "/openapi/v2";
    /** How kubectl asks for it: a protobuf message, which has no byte if it has no field. */
    static final String OLD_PROTOBUF_ACCEPTED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    /** How API servers name that type in their answer: a media type has no {@code @}. */
    static final String OLD_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    /** The same for who asks for JSON. */
    static final String OLD_JSON =
            "{\"swagger\": \"2.0\", \"info\": {\"title\": \"Kubernetes\", \"version\": \"unversioned\"}, \"paths\": {}}";

    private static final String ROOT = "/openapi/v3";

    private final Discovery discovery;

    OpenApi(Discovery discovery) {
        this.discovery = discovery;
    }

    /** The document at a path, if it is one's. */
    Optional<JsonNode> document(String path) {
        if (path.equals(ROOT)) {
            return Optional.of(index());
        }
        return Optional.ofNullable(byPath().get(path)).map(this::of);
    }

    private Map<String, List<ResourceType>> byPath() {
        return discovery.types().stream()
                .collect(Collectors.groupingBy(type -> ROOT + "/" + collection(type.group(), type.version())));
    }

    private static String collection(String group, String version) {
        return (group.isEmpty() ? "api/" : "apis/" + group + "/") + version;
    }

    private JsonNode index() {
        ObjectNode index = ObjectStore.JSON.createObjectNode();
        ObjectNode paths = index.putObject("paths");
        byPath().keySet()
                .forEach(path ->
                        paths.putObject(path.substring(ROOT.length() + 1)).put("serverRelativeURL", path));
        return index;
    }

    private JsonNode of(List<ResourceType> types) {
        ObjectNode document = ObjectStore.JSON.createObjectNode().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "unversioned");
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        for (ResourceType type : types) {
            String all = "/" + collection(type.group(), type.version()) + "/"
                    + (type.namespaced() ? "namespaces/{namespace}/" : "") + type.plural();
            operation(paths.putObject(all).putObject("post"), type);
            operation(paths.putObject(all + "/{name}").putObject("patch"), type);
            ObjectNode schema = discovery
                    .schemaOf(type)
                    .map(CustomResourceSchema::whole)
                    .map(whole -> (ObjectNode) whole.deepCopy())
                    .orElseGet(() -> ObjectStore.JSON.createObjectNode().put("type", "object"));
            kind(schema.putArray("x-kubernetes-group-version-kind").addObject(), type);
            schemas.set(
                    (type.group().isEmpty() ? "" : type.group() + ".") + type.version() + "." + type.kind(), schema);
        }
        return document;
    }

    private static void operation(ObjectNode operation, ResourceType type) {
        ArrayNode parameters = operation.putArray("parameters");
        for (String name : List.of("dryRun", "fieldValidation")) {
            parameters
                    .addObject()
                    .put("name", name)
                    .put("in", "query")
                    .putObject("schema")
                    .put("type", "string");
        }
        operation.putObject("responses");
        kind(operation.putObject("x-kubernetes-group-version-kind"), type);
    }

    private static void kind(ObjectNode kind, ResourceType type) {
        kind.put("group", type.group()).put("version", type.version()).put("kind", type.kind());
    }
}
