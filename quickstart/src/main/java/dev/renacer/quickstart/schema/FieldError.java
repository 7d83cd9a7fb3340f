// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.crds.UserText;
import java.util.stream.Collectors;

/**
 * What is wrong with a field, in the words of the API server.
 *
 * @param path     which field, such as {@code spec.syscalls[0]}
 * @param problem  without the field
 */
public record FieldError(String path, Kind kind, String problem) {
    /** The kinds that a status tells apart. */
    public enum Kind {
        /** A field that must be there is not. */
        FieldValueRequired("Required value", true),
        /** None of the values there are. */
        FieldValueNotSupported("Unsupported value", true),
        /** Too many characters. */
        FieldValueTooLong("Too long", true),
        /** Too many entries. */
        FieldValueTooMany("Too many", true),
        /** Of another type. */
        FieldValueTypeInvalid("Invalid value", true),
        /** An entry twice in a list where each may be once. */
        FieldValueDuplicate("Duplicate value", false),
        /** Any other fault. */
        FieldValueInvalid("Invalid value", false);

        private final String words;
        private final boolean hidesRules;

        Kind(String words, boolean hidesRules) {
            this.words = words;
            this.hidesRules = hidesRules;
        }

        /** Whether the rules in CEL are not evaluated on an object with such a fault. */
        boolean hidesRules() {
            return hidesRules;
        }
    }

    static FieldError required(String path) {
        return new FieldError(path, Kind.FieldValueRequired, Kind.FieldValueRequired.words);
    }

    static FieldError of(String path, Kind kind, String detail) {
        return new FieldError(path, kind, kind.words + ": " + detail);
    }

    static FieldError of(String path, Kind kind, JsonNode value, String detail) {
        return of(path, kind, shown(value) + ": " + detail);
    }

    static FieldError duplicate(String path, JsonNode value) {
        return of(path, Kind.FieldValueDuplicate, shown(value));
    }

    /** A value that cannot be. */
    public static FieldError invalid(String path, String value, String detail) {
        return of(path, Kind.FieldValueInvalid, quoted(value) + ": " + detail);
    }

    /** Field and problem. */
    public String message() {
        return path + ": " + problem;
    }

    private static String shown(JsonNode value) {
        if (value.isTextual()) {
            return quoted(value.textValue());
        }
        return value.isObject()
                ? value.properties().stream()
                        .map(field -> quoted(field.getKey()) + ":" + shown(field.getValue()))
                        .collect(Collectors.joining(",", "{", "}"))
                : UserText.printable(value.toString());
    }

    static String quoted(String text) {
        return "\"" + UserText.printable(text.replace("\\", "\\\\").replace("\"", "\\\"")) + "\"";
    }
}
