// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Objects as {@code meta.k8s.io/v1 Table}: the rows and columns that {@code kubectl get} prints. */
final class Table {
    /** The media type parameter with which a client asks for it. */
    static final String REQUESTED = "as=Table";

    private Table() {}

    /** The table; its time-dependent cells are as of now. */
    static ObjectNode of(ResourceType type, List<JsonNode> objects, String resourceVersion, Instant now) {
        ObjectNode table =
                ObjectStore.JSON.createObjectNode().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata").put("resourceVersion", resourceVersion);
        ArrayNode columns = table.putArray("columnDefinitions");
        columns.addObject()
                .put("name", "Name")
                .put("type", "string")
                .put("format", "name")
                .put("description", "")
                .put("priority", 0);
        type.columns()
                .forEach(column -> columns.addObject()
                        .put("name", column.name())
                        // A date is sent as the time gone by since, which is a string.
                        .put("type", column.type().equals("date") ? "string" : column.type())
                        .put("format", "")
                        .put("description", "")
                        .put("priority", column.wide() ? 1 : 0));
        ArrayNode rows = table.putArray("rows");
        objects.forEach(object -> row(rows.addObject(), type, object, now));
        return table;
    }

    private static void row(ObjectNode row, ResourceType type, JsonNode object, Instant now) {
        ArrayNode cells = row.putArray("cells");
        cells.add(object.path("metadata").path("name").asText());
        for (ResourceType.Column column : type.columns()) {
            List<JsonNode> values = JsonPath.values(object, column.jsonPath());
            if (values.isEmpty()) {
                cells.add(column.type().equals("date") ? "<unknown>" : "");
            } else if (column.type().equals("date")) {
                cells.add(age(values.getFirst().asText(), now));
            } else if (column.type().equals("string")) {
                cells.add(values.getFirst().asText());
            } else {
                cells.add(values.getFirst());
            }
        }
        ObjectNode shown =
                row.putObject("object").put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        shown.set("metadata", object.path("metadata"));
    }

    /** Time gone by, as kubectl writes it: {@code 42s}, {@code 3m5s}, {@code 17m}, {@code 4h2m}, {@code 3d}. */
    static String age(String timestamp, Instant now) {
        Duration age;
        try {
            age = Duration.between(Instant.parse(timestamp), now);
        } catch (DateTimeParseException e) {
            return "<invalid>";
        }
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return seconds % 60 == 0 ? minutes + "m" : minutes + "m" + seconds % 60 + "s";
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return minutes % 60 == 0 ? hours + "h" : hours + "h" + minutes % 60 + "m";
        }
        return hours < 48 ? hours + "h" : hours / 24 + "d";
    }
}
