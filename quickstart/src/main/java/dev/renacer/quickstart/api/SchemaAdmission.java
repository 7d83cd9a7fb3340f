// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.quickstart.schema.CustomResourceSchema;
import dev.renacer.quickstart.schema.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds one write of a custom resource against its schema, in the order in which a real API server does. */
final class SchemaAdmission implements Admission {
    private final CustomResourceSchema schema;
    private final ResourceType type;
    private final boolean ofStatus;
    private final boolean ofPatch;
    private final String fieldValidation;
    private final List<String> unknownFields = new ArrayList<>();

    /**
     * @param ofStatus         whether the write is to the subresource {@code status}
     * @param ofPatch          whether it is a patch
     * @param fieldValidation  what the client wants done about unknown fields: Ignore, Warn or Strict
     */
    SchemaAdmission(
            CustomResourceSchema schema, ResourceType type, boolean ofStatus, boolean ofPatch, String fieldValidation) {
        this.schema = schema;
        this.type = type;
        this.ofStatus = ofStatus;
        this.ofPatch = ofPatch;
        this.fieldValidation = fieldValidation;
    }

    /** What the client is to be warned of. */
    List<String> warnings() {
        return fieldValidation.equals("Warn")
                ? unknownFields.stream().map(SchemaAdmission::unknown).toList()
                : List.of();
    }

    @Override
    public JsonNode admit(JsonNode proposed, @Nullable JsonNode current) throws RefusedException {
        if (!(proposed.deepCopy() instanceof ObjectNode object)) {
            throw new IllegalArgumentException("not an object");
        }
        unknownFields.clear();
        unknownFields.addAll(schema.prune(object));
        if (fieldValidation.equals("Strict") && !unknownFields.isEmpty()) {
            throw new RefusedException(tooStrict(proposed));
        }
        ObjectNode written = type.statusSubresource() ? ofItsHalf(object, current) : object;
        schema.complete(written);
        List<FieldError> faults = schema.faults(written, current);
        if (!faults.isEmpty()) {
            throw new RefusedException(ApiStatus.invalid(type, name(written), faults));
        }
        return written;
    }

    /** A write of the object leaves its status as it is, and one of the status leaves the rest. */
    private ObjectNode ofItsHalf(ObjectNode object, @Nullable JsonNode current) {
        if (!ofStatus) {
            return withStatus(object, current == null ? null : current.get("status"));
        }
        if (current == null) {
            return object;
        }
        ObjectNode written = withStatus(current.deepCopy(), object.get("status"));
        written.set("metadata", object.path("metadata"));
        return written;
    }

    private static ObjectNode withStatus(ObjectNode object, @Nullable JsonNode status) {
        if (status == null) {
            object.remove("status");
        } else {
            object.set("status", status.deepCopy());
        }
        return object;
    }

    private ApiStatus tooStrict(JsonNode proposed) {
        String why = "strict decoding error: "
                + unknownFields.stream().map(SchemaAdmission::unknown).collect(Collectors.joining(", "));
        return ofPatch
                ? ApiStatus.invalidPatch(proposed, why)
                : ApiStatus.of(
                        400,
                        "BadRequest",
                        type.kind() + " in version \"" + type.version() + "\" cannot be handled as a " + type.kind()
                                + ": " + why);
    }

    private static String unknown(String field) {
        return "unknown field \"" + field + "\"";
    }

    private static String name(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return metadata.path("name").asText(metadata.path("generateName").asText());
    }
}
