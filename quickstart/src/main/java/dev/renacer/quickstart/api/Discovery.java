// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.quickstart.schema.CustomResourceSchema;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What resources there are, told as clients ask for it: {@code /version}, {@code /api}, {@code /apis} and below. */
final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    /**
     * What resources there are.
     *
     * @param schemas  of those whose definition is known
     */
    private record Catalogue(List<ResourceType> types, Map<ResourceType, CustomResourceSchema> schemas) {}

    /** What a definition defines, ready to be served. */
    record Definition(String group, String plural, Map<ResourceType, CustomResourceSchema> versions) {}

    private final String version;
    private volatile Catalogue served = new Catalogue(ResourceType.BUILT_IN, Map.of());

    /** With what the server calls its version, {@code v1.32.0} say. */
    Discovery(String version) {
        this.version = version;
    }

    /**
     * Reads a definition; nothing is served of it yet.
     *
     * @throws IllegalArgumentException if it lacks a part, or its schema holds what cannot be compiled
     */
    static Definition read(CustomResourceDefinition crd) {
        CustomResourceDefinitionSpec spec = crd.getSpec();
        if (spec == null || spec.getNames() == null || spec.getScope() == null) {
            throw new IllegalArgumentException("a CustomResourceDefinition must have spec.names and spec.scope");
        }
        Map<ResourceType, CustomResourceSchema> versions = new LinkedHashMap<>();
        for (ResourceType type : ResourceType.of(crd)) {
            versions.put(type, new CustomResourceSchema(schema(spec, type.version())));
        }
        return new Definition(spec.getGroup(), spec.getNames().getPlural(), versions);
    }

    private static JsonNode schema(CustomResourceDefinitionSpec spec, String version) {
        return spec.getVersions().stream()
                .filter(candidate -> candidate.getName().equals(version))
                .map(CustomResourceDefinitionVersion::getSchema)
                .filter(Objects::nonNull)
                .findFirst()
                .<JsonNode>map(validation -> ObjectStore.JSON.valueToTree(validation.getOpenAPIV3Schema()))
                .filter(JsonNode::isObject)
                .orElseThrow(() ->
                        new IllegalArgumentException("version " + version + " must have a schema.openAPIV3Schema"));
    }

    /** Serves what a definition defines, instead of what an earlier one of the same resource did: types and schemas at once. */
    synchronized void publish(Definition definition) {
        List<ResourceType> types = new ArrayList<>(served.types());
        types.removeIf(
                type -> type.group().equals(definition.group()) && type.plural().equals(definition.plural()));
        Map<ResourceType, CustomResourceSchema> schemas = new HashMap<>(served.schemas());
        schemas.keySet().retainAll(types);
        types.addAll(definition.versions().keySet());
        schemas.putAll(definition.versions());
        served = new Catalogue(List.copyOf(types), Map.copyOf(schemas));
    }

    /** Every type. */
    List<ResourceType> types() {
        return served.types();
    }

    /** What the objects of a type have to be like, if that is known. */
    Optional<CustomResourceSchema> schemaOf(ResourceType type) {
        return Optional.ofNullable(served.schemas().get(type));
    }

    /** The type a path is about. */
    Optional<ResourceType> typeOf(ApiPath path) {
        return types().stream()
                .filter(type -> type.group().equals(path.group())
                        && type.version().equals(path.version())
                        && type.plural().equals(path.plural()))
                .findFirst();
    }

    /** The type of an object. */
    Optional<ResourceType> typeOf(String apiVersion, String kind) {
        return types().stream()
                .filter(type ->
                        type.groupVersion().equals(apiVersion) && type.kind().equals(kind))
                .findFirst();
    }

    /** The discovery document at a path, if it is one's. */
    Optional<JsonNode> document(String path) {
        return switch (path) {
            case "/version" -> Optional.of(version());
            case "/api" -> Optional.of(coreVersions());
            case "/apis" -> Optional.of(groups());
            default -> resourcesOrGroup(path);
        };
    }

    private static ObjectNode document(String kind, String apiVersion) {
        return ObjectStore.JSON.createObjectNode().put("kind", kind).put("apiVersion", apiVersion);
    }

    private JsonNode version() {
        return ObjectStore.JSON
                .createObjectNode()
                .put("major", "1")
                .put("minor", "32")
                .put("gitVersion", version)
                .put("platform", "linux");
    }

    private static JsonNode coreVersions() {
        ObjectNode versions = document("APIVersions", "v1");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    private JsonNode groups() {
        ObjectNode list = document("APIGroupList", "v1");
        ArrayNode groups = list.putArray("groups");
        types().stream()
                .map(ResourceType::group)
                .filter(group -> !group.isEmpty())
                .distinct()
                .forEach(group -> {
                    groups.add(group(group));
                });
        return list;
    }

    private ObjectNode group(String name) {
        ObjectNode group = ObjectStore.JSON.createObjectNode().put("name", name);
        ArrayNode versions = group.putArray("versions");
        types().stream()
                .filter(type -> type.group().equals(name))
                .map(ResourceType::version)
                .distinct()
                .forEach(version -> {
                    versions.addObject()
                            .put("groupVersion", name + "/" + version)
                            .put("version", version);
                });
        group.set("preferredVersion", versions.get(0));
        return group;
    }

    private Optional<JsonNode> resourcesOrGroup(String path) {
        String groupVersion = path.startsWith("/apis/") ? path.substring(6) : path.equals("/api/v1") ? "v1" : "";
        List<ResourceType> here = types().stream()
                .filter(type -> type.groupVersion().equals(groupVersion))
                .toList();
        if (!here.isEmpty()) {
            ObjectNode list = document("APIResourceList", "v1").put("groupVersion", groupVersion);
            ArrayNode resources = list.putArray("resources");
            here.forEach(type -> describe(type, resources));
            return Optional.of(list);
        }
        if (types().stream()
                .anyMatch(type -> !type.group().isEmpty() && type.group().equals(groupVersion))) {
            return Optional.of(group(groupVersion).put("kind", "APIGroup").put("apiVersion", "v1"));
        }
        return Optional.empty();
    }

    private static void describe(ResourceType type, ArrayNode resources) {
        ObjectNode resource = resources
                .addObject()
                .put("name", type.plural())
                .put("singularName", type.singular())
                .put("namespaced", type.namespaced())
                .put("kind", type.kind());
        VERBS.forEach(resource.putArray("verbs")::add);
        type.shortNames().forEach(resource.putArray("shortNames")::add);
        type.categories().forEach(resource.putArray("categories")::add);
        if (type.statusSubresource()) {
            ObjectNode status = resources
                    .addObject()
                    .put("name", type.plural() + "/status")
                    .put("singularName", "")
                    .put("namespaced", type.namespaced())
                    .put("kind", type.kind());
            List.of("get", "patch", "update").forEach(status.putArray("verbs")::add);
        }
    }
}
