// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A {@code v1 Status}: what the API answers where there is no object to show. */
record ApiStatus(int code, String status, String reason, String message, String group, String resource, String name) {

    static ApiStatus of(int code, String reason, String message) {
        return new ApiStatus(code, "Failure", reason, message, "", "", "");
    }

    static ApiStatus success() {
        return new ApiStatus(200, "Success", "", "", "", "", "");
    }

    static ApiStatus notFound(ResourceType type, String name) {
        String resource = type.group().isEmpty() ? type.plural() : type.plural() + "." + type.group();
        return new ApiStatus(
                404,
                "Failure",
                "NotFound",
                resource + " \"" + name + "\" not found",
                type.group(),
                type.plural(),
                name);
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
        if (!name.isEmpty()) {
            json.putObject("details").put("name", name).put("group", group).put("kind", resource);
        }
        return json.toString();
    }
}
