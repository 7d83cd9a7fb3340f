// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.quickstart.schema.FieldError;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A {@code v1 Status}: what the API answers where there is no object to show.
 *
 * @param resource  plural of the type the answer is about, or its kind where the object is invalid
 * @param causes    what is wrong with its fields
 */
record ApiStatus(
        int code,
        String status,
        String reason,
        String message,
        String group,
        String resource,
        String name,
        List<FieldError> causes) {

    static ApiStatus of(int code, String reason, String message) {
        return new ApiStatus(code, "Failure", reason, message, "", "", "", List.of());
    }

    static ApiStatus success() {
        return new ApiStatus(200, "Success", "", "", "", "", "", List.of());
    }

    /** The object breaks rules of its schema. */
    static ApiStatus invalid(ResourceType type, String name, List<FieldError> faults) {
        return invalid(type.kind(), type.group(), name, faults);
    }

    /** What a patch makes of an object is not to be read. */
    static ApiStatus invalidPatch(JsonNode patched, String why) {
        return invalid("", "", "", List.of(FieldError.invalid("patch", patched.toString(), why)));
    }

    private static ApiStatus invalid(String kind, String group, String name, List<FieldError> faults) {
        String messages = faults.stream().map(FieldError::message).distinct().collect(Collectors.joining(", "));
        return new ApiStatus(
                422,
                "Failure",
                "Invalid",
                (group.isEmpty() ? kind : kind + "." + group) + " \"" + name + "\" is invalid: "
                        + (faults.size() > 1 ? "[" + messages + "]" : messages),
                group,
                kind,
                name,
                faults);
    }

    static ApiStatus notFound(ResourceType type, String name) {
        return ofObject(
                404,
                "NotFound",
                type.group(),
                type.plural(),
                name,
                resource(type.group(), type.plural()) + " \"" + name + "\" not found");
    }

    /** Of an object that is to be created and is there. */
    static ApiStatus alreadyExists(ApiPath path) {
        return ofObject(
                409,
                "AlreadyExists",
                path.group(),
                path.plural(),
                path.name(),
                resource(path.group(), path.plural()) + " \"" + path.name() + "\" already exists");
    }

    /** Of an object that has another resource version than the write names. */
    static ApiStatus conflict(ApiPath path) {
        return ofObject(
                409,
                "Conflict",
                path.group(),
                path.plural(),
                path.name(),
                "Operation cannot be fulfilled on " + resource(path.group(), path.plural()) + " \"" + path.name()
                        + "\": the object has been modified; please apply your changes to the latest version and try again");
    }

    private static String resource(String group, String plural) {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    private static ApiStatus ofObject(
            int code, String reason, String group, String plural, String name, String message) {
        return new ApiStatus(code, "Failure", reason, message, group, plural, name, List.of());
    }

    String toJson() {
        ObjectNode json = ObjectStore.JSON
                .createObjectNode()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", status)
                .put("code", code);
        json.putObject("metadata");
        if (!reason.isEmpty()) {
            json.put("reason", reason).put("message", message);
        }
        if (!name.isEmpty() || !causes.isEmpty()) {
            ObjectNode details = json.putObject("details")
                    .put("name", name)
                    .put("group", group)
                    .put("kind", resource);
            causes.forEach(cause -> details.withArray("causes")
                    .addObject()
                    .put("reason", cause.kind().name())
                    .put("message", cause.problem())
                    .put("field", cause.path()));
        }
        return json.toString();
    }
}
